// Shows what the server tells. Only pages and chapters that have changed are exchanged; what is in view stays there.

const $ = id => document.getElementById(id)
const print = $('print'), ebook = $('ebook'), chapter = $('chapter')
let state = null, shown = '', changed = null, build = 0

const show = next => {
    state = next
    document.title = `${state.name} – Despatch`
    document.body.classList.toggle('stale', state.failed)
    $('name').textContent = state.name
    $('status').textContent = state.busy ? 'Building …'
        : state.failed ? 'Errors: these are the last good pages'
            : `${state.preview.pages.length} ${state.preview.pages.length === 1 ? 'page' : 'pages'}, up to date`
    $('findings').replaceChildren(...state.findings.map(([severity, place, message]) => {
        const item = document.createElement('li'), where = document.createElement('code')
        item.className = severity
        where.textContent = place
        item.append(where, ` ${severity}: ${message}`)
        return item
    }))
    // Pages come before the build is done, and the ebook with its end.
    if (!state.failed) showPages(state.preview.pages)
    if (!state.failed && !state.busy) showChapters(state.preview.chapters)
}

const showPages = pages => {
    const first = print.children.length === 0
    let now = null
    while (print.children.length > pages.length) print.lastChild.remove()
    pages.forEach(({ key, width, height }, index) => {
        let image = print.children[index]
        if (image?.dataset.key === key) return
        if (!image) image = print.appendChild(document.createElement('img'))
        if (!first) now ??= image
        Object.assign(image, { width, height, alt: `Page ${index + 1}` })
        image.dataset.key = key
        // The new picture takes the place of the old one when it is there, so that nothing flashes.
        const coming = new Image()
        coming.src = `pages/${key}.jpg`
        coming.decode().catch(() => {}).then(() => {
            if (image.dataset.key === key) image.src = coming.src
        })
    })
    // The first change of a build stays the one that is gone to, whatever else of it comes later.
    if (now ? state.build !== build : !state.busy && state.build !== build) {
        changed = now
        build = state.build
    }
    $('go').hidden = !changed
}

const showChapters = chapters => {
    const before = chapter.value
    chapter.replaceChildren(...chapters.map(({ name, title }) => new Option(title, name)))
    const names = chapters.map(({ name }) => name)
    const text = chapters.find(({ name }) => !/(^|\/)(cover|title|nav)\.xhtml$/.test(name))
    chapter.value = names.includes(before) ? before : (text ?? chapters[0])?.name
    showChapter()
}

const showChapter = () => {
    const scheme = $('dark').checked ? 'dark' : 'light'
    const now = state.preview.chapters.find(({ name }) => name === chapter.value)
    if (!now || shown === `${scheme} ${now.name} ${now.key}`) return
    const stay = shown.split(' ')[1] === now.name
    shown = `${scheme} ${now.name} ${now.key}`
    ebook.classList.toggle('dark', scheme === 'dark')
    ebook.querySelectorAll('.coming').forEach(one => one.remove())
    const old = ebook.querySelector('iframe')
    const frame = document.createElement('iframe')
    frame.className = 'coming'
    frame.title = 'Ebook edition'
    frame.setAttribute('sandbox', 'allow-same-origin')
    frame.addEventListener('load', () => {
        if (!frame.classList.contains('coming')) return
        if (stay && old) frame.contentWindow.scrollTo(0, old.contentWindow.scrollY)
        frame.classList.remove('coming')
        old?.remove()
    })
    frame.src = `book/${scheme}/${now.name.split('/').map(encodeURIComponent).join('/')}`
    ebook.append(frame)
}

// A click on a page: what stands there is opened in the editor, and named here.
print.addEventListener('click', async event => {
    const index = [...print.children].indexOf(event.target)
    if (index < 0) return
    const { left, top, width, height } = event.target.getBoundingClientRect()
    const asked = new URLSearchParams({
        page: index, x: (event.clientX - left) / width, y: (event.clientY - top) / height,
    })
    const answer = await fetch(`at?${asked}`, { method: 'POST' }).then(one => one.ok ? one.json() : null, () => null)
    $('place').textContent = !answer?.place ? '' : answer.opened ? `${answer.place} is open in the editor` : answer.place
})

$('go').addEventListener('click', () => changed?.scrollIntoView({ block: 'start' }))
$('dark').addEventListener('change', showChapter)
chapter.addEventListener('change', showChapter)
document.querySelectorAll('[name=screen]').forEach(one => one.addEventListener('change', () => {
    ebook.classList.toggle('phone', one.value === 'phone')
    ebook.classList.toggle('tablet', one.value === 'tablet')
}))

// Browsers connect again by themselves; what stays away for seconds has ended.
const events = new EventSource('events')
let away = 0
events.addEventListener('open', () => clearTimeout(away))
events.addEventListener('message', event => show(JSON.parse(event.data)))
events.addEventListener('error', () => {
    clearTimeout(away)
    away = setTimeout(() => {
        $('status').textContent = 'despatch watch has ended: start it again'
        document.body.classList.add('stale')
    }, 4000)
})
