"""What the PDF says of itself: the XMP packet and the information dictionary, from one record, in agreement.

The packet identifies PDF/A-3a (ISO 19005-3, 6.6.4) and PDF/UA-1 (ISO 14289-1, clause 5). PDF/A knows no
property of PDF/UA: it has to be described in the packet itself (ISO 19005-3, 6.6.2.3).
"""

from __future__ import annotations

from html import escape
from typing import Any, Final

from pipeline.timestamps import stamp
from pipeline.tree.metadata import Metadata

CREATOR: Final = "Despatch"

_EXTENSION: Final = """\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


def authors(metadata: Metadata) -> tuple[str, ...]:
    """Who made it: the authors, else the organisation."""
    return metadata.authors or ((metadata.organization,) if metadata.organization else ())


def packet(metadata: Metadata, producer: str, *, archival: str = "A", accessible: bool = True) -> bytes:
    """The XMP packet (ISO 16684-1), in UTF-8.

    :param producer: the program that wrote the PDF.
    :param archival: the level of PDF/A-3 that the file has, ``A`` or ``B``; empty when it is not PDF/A.
    :param accessible: whether the file is PDF/UA-1.
    """
    when = stamp(metadata.date).strftime("%Y-%m-%dT%H:%M:%SZ")
    levels = (("part", "3"), ("conformance", archival)) if archival else ()
    lines = [
        _many("dc:format", "", ["application/pdf"]),
        _many("dc:title", "Alt", [metadata.title]),
        _many("dc:creator", "Seq", authors(metadata)),
        _many("dc:description", "Alt", [metadata.description]),
        _many("dc:language", "Bag", [metadata.language]),
        _many("dc:subject", "Bag", metadata.keywords),
        _many("dc:rights", "Alt", [metadata.rights]),
        _many("dc:identifier", "", [metadata.identifier]),
        _many("pdf:Keywords", "", [", ".join(metadata.keywords)]),
        _many("pdf:Producer", "", [producer]),
        _many("xmp:CreatorTool", "", [CREATOR]),
        *(_many(f"xmp:{name}", "", [when]) for name in ("CreateDate", "ModifyDate", "MetadataDate")),
        *(_many(f"pdfaid:{name}", "", [value]) for name, value in levels),
        _many("pdfuaid:part", "", ["1" if accessible else ""]),
    ]
    text = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\n'
        f"{''.join(lines)}</rdf:Description>\n{_EXTENSION if accessible else ''}</rdf:RDF>\n</x:xmpmeta>\n"
        '<?xpacket end="r"?>'
    )
    return text.encode()


def _many(name: str, kind: str, values: Any) -> str:
    """One property: as it is, or as an array of a `kind`; nothing when there is no value."""
    texts = [escape(value, quote=False) for value in values if value]
    if not texts:
        return ""
    if kind:
        mark = ' xml:lang="x-default"' if kind == "Alt" else ""
        texts = [f"<rdf:{kind}>", *(f"<rdf:li{mark}>{text}</rdf:li>" for text in texts), f"</rdf:{kind}>"]
    return f"<{name}>{''.join(texts)}</{name}>\n"


def information(metadata: Metadata, producer: str) -> dict[str, str]:
    """The information dictionary (ISO 32000-1, 14.3.3)."""
    when = stamp(metadata.date).strftime("D:%Y%m%d%H%M%SZ")
    values = {
        "Title": metadata.title,
        "Author": "; ".join(authors(metadata)),
        "Subject": metadata.description,
        "Keywords": ", ".join(metadata.keywords),
        "Creator": CREATOR,
        "Producer": producer,
        "CreationDate": when,
        "ModDate": when,
    }
    return {name: value for name, value in values.items() if value}
