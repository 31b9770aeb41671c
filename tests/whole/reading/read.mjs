// Opens an EPUB in foliate-js, a reading system, inside Chromium, and reads it as a person would.
//
//     node read.mjs BOOK.epub FOLDER < options.json > report.json
//
// Options: a list of {name, width, height, scheme, size, pictures}; FOLDER gets the pictures. The report says
// what was seen: it judges nothing.

import { createServer } from 'node:http'
import { readFile, mkdtemp, rm, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import puppeteer from 'puppeteer'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const READER = join(HERE, 'node_modules', 'foliate-js')
const KINDS = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.epub': 'application/epub+zip' }
const CHROMIUM = process.env.PUPPETEER_EXECUTABLE_PATH ?? '/usr/bin/chromium'
const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync']

const [book, pictures] = process.argv.slice(2)
const options = JSON.parse(await new Promise(resolve => {
    let text = ''
    process.stdin.on('data', data => text += data).on('end', () => resolve(text))
}))

const serve = async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname))
    if (path === '/favicon.ico') return response.writeHead(204).end()
    try {
        const data = await readFile(path === '/book.epub' ? book : join(READER, path))
        response.writeHead(200, { 'content-type': KINDS[extname(path)] ?? 'application/octet-stream' }).end(data)
    } catch {
        response.writeHead(404).end()
    }
}

// What runs inside the page ---------------------------------------------------------------------------------

// Waits till the reading system stands still.
const settle = () => new Promise(resolve => setTimeout(resolve, 150))

// Text that no column holds: it is clipped, or would have to be scrolled to, as is right for formulas alone.
const spilled = () => {
    const { doc } = globalThis.reader.view.renderer.getContents()[0]
    const { renderer } = globalThis.reader.view
    const gap = parseFloat(doc.defaultView.getComputedStyle(doc.documentElement).columnGap)
    const pitch = renderer.size / renderer.columnCount
    const found = []
    const walker = doc.createTreeWalker(doc.body, NodeFilter.SHOW_TEXT)
    const range = doc.createRange()
    while (walker.nextNode()) {
        const node = walker.currentNode
        if (!node.data.trim() || node.parentElement.closest('[hidden], annotation, .scroll, math:not(.long), math.long > mrow')) continue
        range.selectNodeContents(node)
        for (const { left, right, width, height } of range.getClientRects()) {
            if (width < 1 || height < 1) continue
            const from = Math.floor(left / pitch + 0.01) * pitch + gap / 2
            if (left < from - 2 || right > from + pitch - gap + 2)
                found.push(`${node.parentElement.localName}: ${node.data.trim().slice(0, 60)}`)
        }
    }
    return [...new Set(found)]
}

// Text whose colour stands out too little from what is behind it (WCAG 2.2, 1.4.3); large type needs less.
const faint = background => {
    const { doc } = globalThis.reader.view.renderer.getContents()[0]
    const paint = doc.createElement('canvas').getContext('2d')
    const colour = css => {
        paint.clearRect(0, 0, 1, 1)
        paint.fillStyle = css
        paint.fillRect(0, 0, 1, 1)
        return [...paint.getImageData(0, 0, 1, 1).data]
    }
    const light = ([...rgb]) => {
        const [r, g, b] = rgb.slice(0, 3).map(part => part / 255)
            .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const found = []
    for (const element of doc.body.querySelectorAll('*')) {
        if (![...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue
        if (element.closest('[hidden], annotation')) continue
        let behind = element
        while (behind && colour(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement
        const style = getComputedStyle(element)
        const size = parseFloat(style.fontSize)
        const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 600)
        const pair = [light(colour(style.color)), light(colour(behind ? getComputedStyle(behind).backgroundColor : background))]
        const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05)
        if (ratio < (large ? 3 : 4.5))
            found.push(`${element.localName}.${element.className}: ${ratio.toFixed(2)}, ${element.textContent.trim().slice(0, 40)}`)
    }
    return [...new Set(found)]
}

// What is wider than the window when the book is read without pages: the window would have to be moved sideways.
const sideways = () => {
    const { doc } = globalThis.reader.view.renderer.getContents()[0]
    const { scrollWidth, clientWidth } = doc.documentElement
    return scrollWidth > clientWidth + 1 ? [`${doc.title}: ${scrollWidth} > ${clientWidth}`] : []
}

// The book from its first page to its last, one page at a time.
const turnEveryPage = async () => {
    const { view } = globalThis.reader
    const pages = []
    await view.renderer.goTo({ index: 0, anchor: 0 })
    await new Promise(resolve => setTimeout(resolve, 300))
    const place = () => `${view.lastLocation.section.current} ${view.lastLocation.fraction}`
    for (let turns = 0; turns < 2000; turns++) {
        const { section, pageItem } = view.lastLocation
        const here = place()
        const { doc } = view.renderer.getContents()[0]
        pages.push({ file: view.book.sections[section.current].id, page: pageItem?.label ?? null,
            text: view.lastLocation.range?.toString().trim().length ?? 0, title: doc.title })
        // A busy machine takes its time to say where the book is now, and a turn that comes while a chapter is laid
        // out anew is lost: it is made again. At the end of the last chapter nothing changes any more.
        for (let tries = 0; place() === here; tries++) {
            if (tries && view.renderer.atEnd) return pages
            if (tries === 20) throw new Error(`page ${pageItem?.label} of ${doc.title} can't be turned`)
            await view.next()
            const turned = Date.now()
            do await new Promise(resolve => setTimeout(resolve, 60))
            while (place() === here && Date.now() - turned < (view.renderer.atEnd ? 600 : 2000))
        }
    }
    throw new Error('the book has no end')
}

// From the first call of a note to the note and back: a click on each, as a finger does it. A note that does not
// end on the screen where it begins is read on, screen by screen.
const followNote = async () => {
    const { view } = globalThis.reader
    const wait = () => new Promise(resolve => setTimeout(resolve, 400))
    const where = () => view.lastLocation.range.toString()
    // Whether a screen has room for the whole note, below the heading that stays with it. An inline block is never
    // divided: as one, the note is as high as it would be on a screen of any height.
    const fits = note => {
        const { height, paddingTop, paddingBottom } = getComputedStyle(note.ownerDocument.documentElement)
        const before = note.previousElementSibling ?? note.parentElement.previousElementSibling
        const style = note.getAttribute('style')
        note.style.cssText = 'display: inline-block; width: 100%'
        let needed = note.getBoundingClientRect().height
        note.setAttribute('style', style ?? '')
        if (before && /^h\d$/.test(before.localName))
            needed += before.getBoundingClientRect().height + parseFloat(getComputedStyle(before).marginBottom)
        return needed <= parseFloat(height) - parseFloat(paddingTop) - parseFloat(paddingBottom)
    }
    // Whether the last words of a note, the way back, are on a screen that is still to come.
    const goesOn = back => {
        const end = back.ownerDocument.createRange()
        end.selectNodeContents(back.lastChild)
        return view.lastLocation.range.compareBoundaryPoints(Range.END_TO_END, end) < 0
    }
    for (let index = 0; index < view.book.sections.length; index++) {
        await view.renderer.goTo({ index, anchor: 0 })
        const call = view.renderer.getContents()[0].doc.querySelector('a[role=doc-noteref]')
        if (!call) continue
        await view.renderer.goTo({ index, anchor: () => call })
        await wait()
        const { width, height } = call.getBoundingClientRect()
        const start = { index, text: where(), number: call.textContent, name: call.id, target: [width, height] }
        call.click()
        await wait()
        const doc = view.renderer.getContents()[0].doc
        const note = doc.getElementById(call.getAttribute('href').split('#')[1])
        const at = { note: note.textContent.trim(), role: note.getAttribute('role'), fits: fits(note) }
        const back = note.querySelector('a[role=doc-backlink]')
        at.screens = [where()]
        while (goesOn(back) && at.screens.length < 9) {
            await view.next()
            await wait()
            at.screens.push(where())
        }
        at.back = back.getAttribute('aria-label')
        back.click()
        await wait()
        return { start, at, end: { index: view.renderer.getContents()[0].index, text: where() } }
    }
    return null
}

// A page of the page list: where it leads, and what follows its mark.
const openPage = async label => {
    const { view } = globalThis.reader
    const item = view.book.pageList.find(item => item.label === label)
    await view.goTo(item.href)
    await new Promise(resolve => setTimeout(resolve, 400))
    const { doc } = view.renderer.getContents()[0]
    const mark = doc.getElementById(item.href.split('#')[1])
    const range = doc.createRange()
    range.setStartAfter(mark)
    range.setEndAfter(doc.body)
    return { shown: view.lastLocation.range.toString().slice(0, 4000), follows: range.toString().trim().slice(0, 200),
        page: view.lastLocation.pageItem?.label, role: mark.getAttribute('role') }
}

const showFirst = async selector => {
    const { view } = globalThis.reader
    for (let index = 0; index < view.book.sections.length; index++) {
        await view.renderer.goTo({ index, anchor: 0 })
        const found = view.renderer.getContents()[0].doc.querySelector(selector)
        if (!found) continue
        await view.renderer.goTo({ index, anchor: () => found })
        return true
    }
    return false
}

// ------------------------------------------------------------------------------------------------------------

const read = async (browser, address, { name, width, height, scheme, size, pictures: wanted }) => {
    const page = await browser.newPage()
    const [errors, outside] = [[], []]
    page.on('pageerror', error => errors.push(String(error)))
    page.on('console', message => message.type() === 'error' && errors.push(message.text()))
    page.on('request', request => {
        if (!request.url().startsWith(address) && !/^(blob|data|about):/.test(request.url())) outside.push(request.url())
    })
    await page.setViewport({ width, height, deviceScaleFactor: 2 })
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
    await page.goto(`${address}/reader.html?url=/book.epub`)
    await page.waitForFunction(() => globalThis.reader?.view?.lastLocation?.range, { timeout: 30000 })
    if (size) await page.evaluate(size => {
        globalThis.reader.view.renderer.setStyles(`html { color-scheme: light dark; font-size: ${size}% !important }`)
    }, size)
    await page.evaluate(settle)

    const report = { name }
    report.pageList = await page.evaluate(() => globalThis.reader.view.book.pageList?.map(({ label }) => label) ?? [])
    report.pages = await page.evaluate(turnEveryPage)
    report.spilled = []
    report.faint = []
    for (let index = 0; index < new Set(report.pages.map(({ file }) => file)).size; index++) {
        await page.evaluate(index => globalThis.reader.view.renderer.goTo({ index, anchor: 0 }), index)
        await page.evaluate(settle)
        report.spilled.push(...await page.evaluate(spilled))
        report.faint.push(...await page.evaluate(faint, scheme === 'dark' ? '#121212' : '#fff'))
    }
    report.note = await page.evaluate(followNote)
    if (report.pageList.includes('3')) report.third = await page.evaluate(openPage, '3')
    for (const [label, selector] of Object.entries(wanted ?? {}))
        if (await page.evaluate(showFirst, selector)) {
            await page.evaluate(settle)
            await page.screenshot({ path: join(pictures, `${name}-${label}.png`) })
        }
    await page.evaluate(() => globalThis.reader.view.renderer.setAttribute('flow', 'scrolled'))
    report.sideways = []
    for (let index = 0; index < new Set(report.pages.map(({ file }) => file)).size; index++) {
        await page.evaluate(index => globalThis.reader.view.renderer.goTo({ index, anchor: 0 }), index)
        await page.evaluate(settle)
        report.sideways.push(...await page.evaluate(sideways))
    }
    await page.close()
    return { ...report, errors, outside }
}

const server = createServer(serve)
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const profile = await mkdtemp(join(tmpdir(), 'despatch-reading-'))
const browser = await puppeteer.launch({ executablePath: CHROMIUM, args: FLAGS, userDataDir: profile })
try {
    await mkdir(pictures, { recursive: true })
    const reports = []
    for (const option of options)
        reports.push(await read(browser, `http://127.0.0.1:${server.address().port}`, option))
    process.stdout.write(JSON.stringify(reports))
} finally {
    await browser.close()
    server.close()
    await rm(profile, { recursive: true, force: true })
}
