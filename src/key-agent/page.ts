/** The agent's own pages: plain HTML without scripts. */
import type { Ask, Desk } from './desk.ts'
import { pinWords } from './pin-state.ts'
import type { Refused } from './refused.ts'
import type { TokenState } from './token.ts'

const escape = (value: unknown): string =>
  String(value ?? '').replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const style = `
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.6 "Noto Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif; color: #1d2733; background: #f4f6f9; }
header { padding: 10px 20px; background: #123a6b; color: #fff; font-weight: 600; }
main { max-width: 640px; margin: 0 auto; padding: 16px 20px; }
section { margin-bottom: 14px; padding: 14px 16px; border: 1px solid #d5dbe4; background: #fff; }
h1 { margin: 0 0 8px; font-size: 17px; } h2 { margin: 0 0 6px; font-size: 15px; }
p { margin: 0 0 8px; } ul { margin: 0; padding: 0; list-style: none; }
li { display: flex; gap: 12px; justify-content: space-between; align-items: center; padding: 5px 0; border-top: 1px solid #e8ecf1; }
li:first-child { border-top: 0; }
.site { display: block; padding: 6px 10px; background: #eef2f8; font: 600 15px/1.5 Consolas, "Noto Sans Mono", monospace; overflow-wrap: anywhere; }
dl { margin: 0 0 8px; } dl div { display: flex; gap: 12px; padding: 2px 0; } dt { flex: 0 0 88px; color: #56616f; } dd { margin: 0; overflow-wrap: anywhere; }
.soft { color: #56616f; font-size: 13px; } .bad { color: #a61d24; } .low { color: #8a5300; }
label { display: block; margin-bottom: 3px; }
input[type=password] { width: 100%; padding: 6px 9px; border: 1px solid #8a94a3; border-radius: 3px; font: inherit; }
input:focus-visible, button:focus-visible { outline: 2px solid #1654b8; outline-offset: 1px; }
.tick { display: flex; gap: 8px; align-items: center; margin: 8px 0 0; }
.buttons { display: flex; gap: 8px; justify-content: flex-end; margin-top: 14px; }
button { padding: 5px 16px; border: 1px solid #1654b8; border-radius: 3px; background: #1654b8; color: #fff; font: inherit; cursor: pointer; }
button.plain { border-color: #aab2bf; background: #fff; color: #1d2733; }
`

const layout = (
  title: string,
  body: string,
) => `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>${escape(title)} · 钥匙代理</title>
<meta name="viewport" content="width=device-width"><style>${style}</style></head>
<body><header>电子钥匙代理</header><main>${body}</main></body></html>`

const pinClass = { fine: 'soft', low: 'low', final: 'bad', locked: 'bad' } as const

/** The question of a site: may it, and with which PIN. `allowed`: the site was allowed before. */
export function askPage(
  ask: Ask,
  token: TokenState | undefined,
  allowed: boolean,
  problem: Refused | undefined,
): string {
  const title = token === undefined ? '是否允许使用硬件钥匙' : '输入硬件钥匙 PIN'
  const locked = token?.pin === 'locked'
  const consent = allowed
    ? ''
    : '<p class="soft">允许后，本网站可以看到钥匙中的证书；到钥匙代理退出以前不再询问。不是您自己在该网站上操作的，请拒绝。</p>'
  const allow = token === undefined ? '允许' : '打开钥匙'
  const allowButton = locked ? '' : `<button name="answer" value="allow">${allow}</button>`
  return layout(
    title,
    `<section><h1>${title}</h1><p>请求的网站：<b class="site">${escape(ask.origin)}</b></p>${consent}
<form method="post" action="/asks/${ask.id}" autocomplete="off"><input type="hidden" name="nonce" value="${ask.nonce}">
${token === undefined ? '' : tokenPart(token, locked, problem)}
${problem !== undefined && token === undefined ? `<p class="bad" role="alert">${escape(problem.message)}</p>` : ''}
<div class="buttons"><button class="plain" name="answer" value="deny" formnovalidate>拒绝</button>${allowButton}</div></form></section>
<p class="soft">PIN 只交给插在本机上的钥匙，网站得不到它。请确认本窗口的地址以 127.0.0.1 或 localhost 开头。</p>`,
  )
}

function tokenPart(token: TokenState, locked: boolean, problem: Refused | undefined): string {
  const facts = `<dl><div><dt>钥匙</dt><dd>${escape(token.label)}</dd></div><div><dt>序列号</dt><dd>${escape(token.id)}</dd></div>
<div><dt>PIN 剩余次数</dt><dd class="${pinClass[token.pin]}">${pinWords[token.pin]}</dd></div></dl>`
  const said =
    problem === undefined ? '' : `<p class="bad" role="alert" id="problem">${escape(problem.message)}</p>`
  if (locked) return facts + said
  if (token.pinOnToken) return `${facts}${said}<p>按“打开钥匙”后，请在钥匙的键盘上输入 PIN。</p>`
  const last =
    token.pin === 'final'
      ? '<label class="tick"><input type="checkbox" name="lastTry"> 我确认：这是最后一次机会，PIN 无误</label>'
      : ''
  return `${facts}<label for="pin">PIN</label>
<input id="pin" name="pin" type="password" autofocus autocomplete="off" maxlength="64"${problem === undefined ? '' : ' aria-invalid="true" aria-describedby="problem"'}>
${said}${last}`
}

export const donePage = (ask: Ask): string =>
  layout(
    '已答复',
    ask.state === 'done'
      ? `<section><h1>${ask.tokenId === undefined ? '已允许' : '钥匙已打开'}</h1><p>请回到原来的页面继续，本窗口可以关闭。</p></section>`
      : `<section><h1>已拒绝</h1><p>${escape(ask.origin)} 没有得到任何内容，本窗口可以关闭。</p></section>`,
  )

export const wordsPage = (words: string): string =>
  layout('没有进行', `<section><h1>没有进行</h1><p>${escape(words)}</p></section>`)

interface Home {
  readonly desk: Pick<Desk, 'tokens' | 'allowedOrigins'>
  readonly origins: readonly string[]
  readonly version: string
  readonly moduleProblem: string | undefined
  readonly foreign: ReadonlySet<string>
}

export function homePage({ desk, origins, version, moduleProblem, foreign }: Home): string {
  const given = new Set(desk.allowedOrigins())
  const sites = origins.map((origin) =>
    given.has(origin)
      ? `<li><span>${escape(origin)}（本次已允许）</span><form method="post" action="/withdrawals"><input type="hidden" name="origin" value="${escape(origin)}"><button class="plain">收回允许</button></form></li>`
      : `<li><span>${escape(origin)}</span><span class="soft">使用时询问</span></li>`,
  )
  return layout(
    '状态',
    `<section><h1>钥匙代理 ${escape(version)} 正在运行</h1><p class="soft">它让允许的网站通过本机使用硬件钥匙；私钥和 PIN 不离开本机。关闭它的窗口即退出。</p></section>
<section><h2>硬件钥匙</h2>${moduleProblem === undefined ? tokenList(desk.tokens()) : `<p class="bad">${escape(moduleProblem)}</p>`}</section>
<section><h2>可以请求的网站</h2><ul>${sites.join('')}</ul></section>
${foreign.size === 0 ? '' : `<section><h2>已拒绝的网站</h2><ul>${[...foreign].map((one) => `<li class="bad">${escape(one)}</li>`).join('')}</ul></section>`}`,
  )
}

const tokenList = (tokens: ReturnType<Desk['tokens']>) =>
  tokens.length === 0
    ? '<p>没有插入硬件钥匙。插入后刷新本页。</p>'
    : `<ul>${tokens.map((one) => `<li><span>${escape(one.label)}（${escape(one.id)}），证书 ${one.certificates.length} 张</span><span class="${pinClass[one.pin]}">${pinWords[one.pin]}</span></li>`).join('')}</ul>`
