// Opens the page of `despatch watch` in Chromium, saves changes of the article, and says what was seen.
//
//     node watch.mjs ADDRESS ARTICLE.rst PICTURE.png < steps.json > report.json
//
// Steps: a list of [words, other words, what to wait for ("fresh", "stale")]; the first are replaced by the others
// in the article. The report has what the page shows before the first and after each, and what a click on a page names. It judges nothing.

import { readFile, writeFile } from 'node:fs/promises'
import puppeteer from 'puppeteer'

const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync']
const [address, article, picture] = process.argv.slice(2)
let steps = ''
for await (const part of process.stdin) steps += part

const look = () => {
    const frame = document.querySelector('#ebook iframe:not(.coming)')
    return {
        stale: document.body.classList.contains('stale'),
        status: document.getElementById('status').textContent,
        findings: [...document.querySelectorAll('#findings li')].map(item => item.textContent),
        pages: [...document.querySelectorAll('#print img')].map(image => image.src.split('/').pop()),
        drawn: [...document.querySelectorAll('#print img')].every(image => image.naturalWidth > 0),
        scroll: document.getElementById('print').scrollTop,
        text: frame?.contentDocument?.body?.innerText ?? '',
        colour: frame ? frame.contentWindow.getComputedStyle(frame.contentDocument.body).color : '',
        textScroll: frame?.contentWindow.scrollY,
        width: document.getElementById('ebook').clientWidth,
    }
}
const settled = text => {
    const frame = document.querySelector('#ebook iframe:not(.coming)')
    return !document.querySelector('.coming') && !document.body.classList.contains('stale') && document.querySelector('#print img')?.src &&
        !/Building/.test(document.getElementById('status').textContent) &&
        (frame?.contentDocument?.body?.innerText ?? '').includes(text)
}

const browser = await puppeteer.launch({ executablePath: process.env.PUPPETEER_EXECUTABLE_PATH, args: FLAGS })
try {
    const page = await browser.newPage()
    await page.setViewport({ width: 1500, height: 700 })
    const wrong = []
    page.on('pageerror', error => wrong.push(String(error)))
    page.on('console', message => { if (message.type() === 'error') wrong.push(message.text()) })
    await page.goto(address)
    await page.waitForFunction(settled, { timeout: 60000 }, '')
    await page.evaluate(() => {
        document.getElementById('print').scrollTo(0, 900)
        document.querySelector('#ebook iframe').contentWindow.scrollTo(0, 300)
    })
    await new Promise(resolve => setTimeout(resolve, 300))
    const report = [await page.evaluate(look)]
    for (const [before, after, awaited] of JSON.parse(steps)) {
        await writeFile(article, (await readFile(article, 'utf8')).replace(before, after))
        if (awaited === 'fresh') await page.waitForFunction(settled, { timeout: 60000 }, after)
        else await page.waitForFunction(() => document.body.classList.contains('stale'), { timeout: 60000 })
        await new Promise(resolve => setTimeout(resolve, 300))
        report.push(await page.evaluate(look))
    }
    // A click on the first page, a quarter down.
    await page.evaluate(() => document.getElementById('print').scrollTo(0, 0))
    const at = await page.evaluate(() => {
        const { left, top, width, height } = document.querySelector('#print img').getBoundingClientRect()
        return [left + width / 2, top + height / 4]
    })
    await page.mouse.click(...at)
    await page.waitForFunction(() => document.getElementById('place').textContent)
    const clicked = await page.evaluate(() => document.getElementById('place').textContent)
    await page.click('#dark')
    await page.click('[value=phone]')
    await page.waitForFunction(() => !document.querySelector('.coming'))
    await new Promise(resolve => setTimeout(resolve, 300))
    report.push(await page.evaluate(look))
    if (picture) await page.screenshot({ path: picture })
    process.stdout.write(JSON.stringify({ wrong, report, clicked }))
} finally {
    await browser.close()
}
