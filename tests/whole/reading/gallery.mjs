// Draws the parts of ebook documents as Chromium shows them, at several widths and in several colours, and measures them.
//
//     node gallery.mjs < options.json > report.json
//
// Options: {pages: [{name, address}], views: [{name, width, height, scheme, forced, styled}], folder}. Each part
// (a section without those in it) is a picture `folder/PAGE-PART-VIEW.png`. The report says what was seen; it judges
// nothing.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import puppeteer from 'puppeteer'

const CHROMIUM = process.env.PUPPETEER_EXECUTABLE_PATH ?? '/usr/bin/chromium'
const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', '--allow-file-access-from-files']
const HIGHEST = 6000

const { pages, views, folder } = JSON.parse(await new Promise(resolve => {
    let text = ''
    process.stdin.on('data', data => text += data).on('end', () => resolve(text))
}))

// What runs inside the page ---------------------------------------------------------------------------------

const bare = () => {
    for (const sheet of document.querySelectorAll('link[rel~=stylesheet], style')) sheet.remove()
}

// The parts of a document: each section down to the first one in it; else all of it.
const parts = () => {
    const all = [...document.querySelectorAll('section')]
    const box = (from, to) => {
        const top = from.getBoundingClientRect().top + scrollY
        return { top, bottom: (to ? to.getBoundingClientRect().top : from.getBoundingClientRect().bottom) + scrollY }
    }
    const found = all.map(section => ({
        title: section.querySelector('h1, h2, h3, h4, h5, h6')?.textContent.trim() ?? '',
        ...box(section, section.querySelector('section')),
    }))
    const whole = { title: document.title, ...box(document.body, all[0]) }
    return [whole, ...found].filter(part => part.bottom - part.top > 4)
}

// Text whose colour stands out too little from what is behind it (WCAG 2.2, 1.4.3), as if all type were small.
const faint = () => {
    const paint = document.createElement('canvas').getContext('2d')
    const colour = css => {
        paint.clearRect(0, 0, 1, 1)
        paint.fillStyle = css
        paint.fillRect(0, 0, 1, 1)
        return [...paint.getImageData(0, 0, 1, 1).data]
    }
    const light = rgb => {
        const [r, g, b] = rgb.slice(0, 3).map(part => part / 255)
            .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const canvas = matchMedia('(prefers-color-scheme: dark)').matches
        && getComputedStyle(document.documentElement).colorScheme.includes('dark') ? '#121212' : '#ffffff'
    const found = []
    for (const element of document.body.querySelectorAll('*')) {
        if (![...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue
        if (element.closest('[hidden], annotation') || !element.getClientRects().length) continue
        let behind = element
        while (behind && colour(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement
        const ground = colour(behind ? getComputedStyle(behind).backgroundColor : canvas)
        const pair = [light(colour(getComputedStyle(element).color)), light(ground)]
        const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05)
        if (ratio < 4.5)
            found.push(`${element.localName}.${element.className}: ${ratio.toFixed(2)}, ${element.textContent.trim().slice(0, 40)}`)
    }
    return [...new Set(found)]
}

// What is wider than the window, though it does not scroll by itself.
const wide = () => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth <= clientWidth + 1) return []
    const found = [...document.body.querySelectorAll('*')]
        .filter(element => element.getBoundingClientRect().right > clientWidth + 1)
        .map(element => `${element.localName}.${element.className}: ${element.textContent.trim().slice(0, 40)}`)
    return [`${scrollWidth} > ${clientWidth}`, ...found.slice(-3)]
}

// Text that lies over other text: lines of two elements, of which neither is in the other.
const covered = () => {
    const rects = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const range = document.createRange()
    while (walker.nextNode()) {
        const node = walker.currentNode
        if (!node.data.trim() || node.parentElement.closest('[hidden], annotation, math, .scroll, details:not([open]) > :not(summary)')) continue
        range.selectNodeContents(node)
        for (const { left, right, top, bottom } of range.getClientRects())
            if (right - left > 1 && bottom - top > 1) rects.push({ left, right, top, bottom, text: node.data.trim() })
    }
    rects.sort((a, b) => a.top - b.top)
    const found = []
    for (let one = 0; one < rects.length; one++)
        for (let other = one + 1; other < rects.length && rects[other].top < rects[one].bottom; other++) {
            const a = rects[one], b = rects[other]
            const across = Math.min(a.right, b.right) - Math.max(a.left, b.left)
            const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
            if (across > 3 && down > 0.6 * Math.min(a.bottom - a.top, b.bottom - b.top))
                found.push(`${a.text.slice(0, 40)} / ${b.text.slice(0, 40)}`)
        }
    return [...new Set(found)]
}

// Numbers of formulas that don't stand at the edge of the text beside their formula.
const astray = () => [...document.querySelectorAll('.equation > .equation-number')].filter(number => {
    const [own, around, formula] = [number, number.parentElement, number.nextElementSibling].map(part => part.getBoundingClientRect())
    const gap = getComputedStyle(number).direction === 'rtl' ? own.left - around.left : around.right - own.right
    return Math.abs(gap) > 1 || own.bottom <= formula.top || own.top >= formula.bottom
}).map(number => number.textContent)

// Images without white behind them: lines in black on nothing.
const unlit = () => [...document.querySelectorAll('img')]
    .filter(image => getComputedStyle(image).backgroundColor !== 'rgb(255, 255, 255)').map(image => image.getAttribute('src'))

// -----------------------------------------------------------------------------------------------------------

await mkdir(folder, { recursive: true })
const browser = await puppeteer.launch({ executablePath: CHROMIUM, args: FLAGS })
const report = []
for (const view of views) {
    const tab = await browser.newPage()
    await tab.setViewport({ width: view.width, height: view.height })
    const session = await tab.createCDPSession()
    await session.send('Emulation.setEmulatedMedia', { features: [
        { name: 'prefers-color-scheme', value: view.scheme ?? 'light' },
        { name: 'forced-colors', value: view.forced ? 'active' : 'none' },
    ] })
    for (const { name, address } of pages) {
        await tab.goto(address)
        if (view.styled === false) await tab.evaluate(bare)
        const shown = []
        for (const [number, part] of (await tab.evaluate(parts)).entries()) {
            const picture = `${name}-${number}-${view.name}.png`
            const clip = { x: 0, y: part.top, width: view.width, height: Math.min(part.bottom - part.top, HIGHEST) }
            if (view.pictures !== false)
                await tab.screenshot({ path: join(folder, picture), clip, captureBeyondViewport: true })
            shown.push({ title: part.title, picture })
        }
        report.push({ page: name, view: view.name, parts: shown,
            faint: await tab.evaluate(faint), wide: await tab.evaluate(wide), covered: await tab.evaluate(covered),
            astray: await tab.evaluate(astray), unlit: await tab.evaluate(unlit) })
    }
    await tab.close()
}
await browser.close()
console.log(JSON.stringify(report))
