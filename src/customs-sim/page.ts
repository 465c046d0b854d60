/** The page of the simulated customs: plain HTML, for demonstrations and for whoever tests by hand. */
import { modes, type Outgoing, type Received, type Store, type UseRow } from './store.ts'

const escape = (value: unknown): string =>
  String(value ?? '').replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const kindWords: Record<string, string> = {
  issued: '签发',
  cancel: '申请删除',
  lost: '申请挂失',
  replaced: '申请换证',
  revoked: '吊销',
  written_off: '核销',
  answer: '回执',
  use: '使用',
  closing: '结案',
}
const decisionWords: Record<string, string> = { accepted: '接受', rejected: '不接受' }
const chinaTime = (iso: string) =>
  new Date(new Date(iso).getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

const style = `
body { font: 14px/1.6 "Noto Sans SC", "Microsoft YaHei", sans-serif; margin: 0; color: #1f2329; background: #fff; }
header { background: #123a5c; color: #fff; padding: 10px 24px; display: flex; gap: 24px; align-items: baseline; }
header a { color: #fff; } header b { font-size: 16px; }
main { padding: 16px 24px; max-width: 1320px; }
h2 { font-size: 15px; margin: 24px 0 8px; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #e3e6ea; padding: 6px 10px; text-align: left; vertical-align: top; }
th { background: #f5f7f9; font-weight: 600; } td.n { text-align: left; font-variant-numeric: tabular-nums; }
code { font-family: "Noto Sans Mono", Consolas, monospace; }
form.line { display: flex; flex-wrap: wrap; gap: 12px; align-items: end; }
label { display: block; } label span { display: block; color: #555d66; font-size: 13px; }
input, select, textarea { font: inherit; padding: 4px 8px; border: 1px solid #8a939c; border-radius: 3px; }
button { font: inherit; padding: 5px 14px; border: 1px solid #1456a0; background: #1456a0; color: #fff; border-radius: 3px; cursor: pointer; }
button.plain { background: #fff; color: #a61d24; border-color: #a61d24; }
.empty { color: #555d66; } .bad { color: #a61d24; } .said { background: #eef6ee; border-left: 3px solid #2e7d32; padding: 6px 12px; }
`

const layout = (
  title: string,
  body: string,
) => `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<title>${escape(title)} · 海关模拟系统</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><style>${style}</style></head>
<body><header><b>海关模拟系统</b><a href="/">许可证与报文</a><span>仅供演示：代替海关一方收发报文</span></header>
<main>${body}</main></body></html>`

const table = (head: string[], rows: string[], empty: string) =>
  rows.length === 0
    ? `<p class="empty">${empty}</p>`
    : `<table><thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`

const receivedRow = (
  one: Received,
) => `<tr><td><code>${escape(one.messageNo)}</code></td><td>${kindWords[one.kind] ?? ''}</td>
<td>${chinaTime(one.at)}</td><td>${decisionWords[one.decision] ?? ''}${one.reason === '' ? '' : `：${escape(one.reason)}`}</td></tr>`

function outgoingRow(one: Outgoing): string {
  const result: Record<string, unknown> = one.result === '' ? {} : JSON.parse(one.result)
  const refused = result['outcome'] === 'refused'
  const said = one.answered
    ? refused
      ? `<span class="bad">未登记：${escape(result['reason'])}</span>`
      : `已登记${result['reason'] ? `（${escape(result['reason'])}）` : ''}`
    : one.error === ''
      ? '待发'
      : `<span class="bad">第 ${one.attempts} 次未成：${escape(one.error)}</span>`
  const { declarationNo, itemNo, quantity, messageNo, outcome } = one.body
  const content =
    one.kind === 'use'
      ? `<code>${escape(declarationNo)}</code> 第 ${escape(itemNo)} 项 ${escape(quantity)}`
      : one.kind === 'answer'
        ? `<code>${escape(messageNo)}</code> ${decisionWords[String(outcome)] ?? ''}`
        : escape(one.body['reason'])
  return `<tr><td><code>${escape(one.licenceNo)}</code></td><td>${kindWords[one.kind] ?? ''}</td><td>${content}</td>
<td>${chinaTime(one.at)}</td><td>${said}</td></tr>`
}

export function overviewPage(store: Store): string {
  const { mode, seconds } = store.behaviour()
  const options = Object.entries(modes).map(
    ([key, words]) => `<option value="${key}"${key === mode ? ' selected' : ''}>${words}</option>`,
  )
  const licences = store.licences(200).map(
    (
      one,
    ) => `<tr><td><a href="/licences/${escape(one.licenceNo)}"><code>${escape(one.licenceNo)}</code></a></td>
<td><code>${escape(one.body['hsCode'])}</code></td><td class="n">${escape(one.body['quantity'])} ${escape(one.body['unit'])}</td>
<td>${escape(one.body['validFrom'])} 至 ${escape(one.body['expiryDate'])}</td><td>${chinaTime(one.at)}</td><td>${decisionWords[one.decision] ?? ''}</td></tr>`,
  )
  return layout(
    '许可证与报文',
    `<h2>海关一方的行为</h2>
<form class="line" method="post" action="/api/behaviour"><label><span>行为</span><select name="mode">${options.join('')}</select></label>
<label><span>迟后秒数</span><input name="seconds" type="number" min="0" max="86400" value="${seconds}"></label><button>改变行为</button></form>
<h2>收到的许可证</h2>${table(['许可证号', '商品代码', '数量', '有效期', '收到时间', '决定'], licences, '还没有收到许可证。发证机构生成电子许可证后，几秒内会出现在这里。')}
<h2>发出的报文（待答 ${store.waiting()} 份）</h2>${table(['许可证号', '种类', '内容', '时间', '对方的答复'], store.outgoing(100).map(outgoingRow), '还没有发出报文。')}`,
  )
}

const useRow = (
  use: UseRow,
) => `<tr><td><code>${escape(use.declarationNo)}</code></td><td class="n">${use.itemNo}</td><td>${escape(use.declaredOn)}</td>
<td>${escape(use.customsCode)}</td><td class="n">${escape(use.quantity)}</td><td>${use.final ? '是' : '否'}</td></tr>`

export function licencePage(store: Store, licenceNo: string, said: string): string {
  const received = store.receivedOf(licenceNo)
  const body = received.find((one) => one.kind === 'issued')?.body
  const no = escape(licenceNo)
  const hidden = `<input type="hidden" name="licenceNo" value="${no}">`
  const facts =
    body === undefined
      ? '<p class="empty">没有收到这份许可证。</p>'
      : `<p>商品代码 <code>${escape(body['hsCode'])}</code> · 数量 ${escape(body['quantity'])} ${escape(body['unit'])} · 关区 ${escape(body['customsPort'])}
 · ${body['oneBatch'] === true ? '一批一证' : '非一批一证'} · 有效期 ${escape(body['validFrom'])} 至 ${escape(body['expiryDate'])} · 溢装 ${escape(body['overShipment'])}%</p>
<h2>录入报关单</h2><form class="line" method="post" action="/api/declarations">${hidden}
<label><span>报关单号（空则自动编号）</span><input name="declarationNo" maxlength="18" size="20"></label>
<label><span>申报日期（空则今天）</span><input name="declaredOn" size="12" placeholder="2026-01-31"></label>
<label><span>海关代码</span><input name="customsCode" size="6" value="${escape(body['customsPort'])}"></label>
<label><span>申报单位代码</span><input name="declarantCode" size="15" value="${escape(body['exporterCode'])}"></label>
<label><span>商品代码</span><input name="hsCode" size="12" value="${escape(body['hsCode'])}"></label>
<label><span>数量（各项以空格分开）</span><input name="quantity" required></label>
<label><input type="checkbox" name="final"> 最后一次</label><label><input type="checkbox" name="silent"> 不发报文</label>
<button>录入报关单</button></form>
<h2>结案</h2><form class="line" method="post" action="/api/closings">${hidden}<label><span>原因</span><input name="reason" size="40" value="企业声明不再使用"></label>
<button class="plain">结案，不再使用</button></form>`
  return layout(
    `许可证 ${licenceNo}`,
    `${said === '' ? '' : '<p class="said">已录入，报文随即发出；对方的答复见下表，刷新可看最新。</p>'}
<h1 style="font-size:18px">许可证 <code>${no}</code></h1>${facts}
<h2>海关的使用记录</h2>${table(['报关单号', '项号', '申报日期', '海关', '数量', '最后一次'], store.usesOf(licenceNo).map(useRow), '还没有使用。')}
<h2>收到的报文</h2>${table(['报文编号', '种类', '时间', '决定'], received.map(receivedRow), '没有。')}
<h2>发出的报文</h2>${table(['许可证号', '种类', '内容', '时间', '对方的答复'], store.outgoingOf(licenceNo).map(outgoingRow), '没有。')}`,
  )
}
