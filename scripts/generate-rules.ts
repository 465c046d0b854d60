/**
 * Prints docs/rules from src/domain: who may do what in which state, and what each form asks for. A test compares the
 * files with what this returns, so officials can read the rules without reading code.
 */
import fs from 'node:fs'
import path from 'node:path'
import { ownPermissions, roles } from '#domain/account/roles.ts'
import { account } from '#domain/account/actions.ts'
import { amendment } from '#domain/amendment/actions.ts'
import { application } from '#domain/application/actions.ts'
import { contractSheetFields, fields } from '#domain/application/form.ts'
import { keyRequest } from '#domain/certificate/actions.ts'
import { cancellation } from '#domain/cancellation/actions.ts'
import type { Field, FieldTable } from '#domain/fields.ts'
import { difference } from '#domain/customs/difference.ts'
import { enterprise } from '#domain/enterprise/actions.ts'
import { invitation } from '#domain/invitation/actions.ts'
import { licence } from '#domain/licence/actions.ts'
import type { Action } from '#domain/machine.ts'
import { message } from '#domain/message/actions.ts'
import { serviceRequest } from '#domain/hall/actions.ts'
import { writeOff } from '#domain/write-off/actions.ts'
import { groups, settings, wordsOf, type Setting } from '#domain/setting/table.ts'
import { swap } from '#domain/swap/actions.ts'

interface Printed {
  name: string
  word: string
  states: Record<string, string>
  actions: Record<string, Omit<Action<string, never>, 'unless'> & { unless?: unknown }>
}

const heading = '由 `npm run generate` 按 src/domain 生成，请勿手工修改。'

function whoMay(thing: string, action: string, side: string): string {
  if (side === 'system') return '系统'
  if (ownPermissions.some((permission) => permission === `${thing}.${action}`)) return '本人'
  const may = Object.values(roles).filter((role) =>
    role.permissions.some((permission) => permission === `${thing}.${action}`),
  )
  return may.map((role) => role.label).join('、') || '—'
}

function machinePage({ name, word, states, actions }: Printed): string {
  const label = (state: string) => states[state] ?? state
  const rows = Object.entries(actions).map(([key, action]) => {
    const from = action.from.map(label).join('、')
    const to = action.to === undefined ? '不变' : label(action.to)
    const opinion =
      action.opinion === undefined ? '—' : { required: '必填', optional: '可填' }[action.opinion]
    const more = action.unless === undefined ? '—' : '有'
    return `| ${action.label} | \`${key}\` | ${from} | ${to} | ${whoMay(name, key, action.side)} | ${opinion} | ${more} | ${action.confirm ?? '—'} |`
  })
  return [
    `# ${word}：状态与操作`,
    '',
    heading,
    '',
    `状态：${Object.entries(states)
      .map(([code, words]) => `${words}（\`${code}\`）`)
      .join(' · ')}`,
    '',
    '“另有条件”的操作，条件不满足时按钮旁写明原因；条件及出处见 `src/domain` 中同名操作的 `unless`。',
    '',
    '| 操作 | 代码 | 何种状态下 | 之后 | 何人 | 意见 | 另有条件 | 确认 |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function kindWords(field: Field): string {
  switch (field.kind) {
    case 'text':
      return `文字，最多 ${field.max} 字`
    case 'decimal':
      return `数字，整数 ${field.integerDigits} 位，小数 ${field.fractionDigits} 位以内`
    case 'day':
      return '日期'
    case 'code':
      return `代码表 \`${field.list}\``
    case 'yesNo':
      return '是/否'
    case 'rows':
      return `表格，最多 ${field.max} 行`
  }
}

function fieldRows(table: FieldTable, prefix = ''): string[] {
  return Object.entries(table).flatMap(([name, field]) => [
    `| ${field.label} | \`${prefix}${name}\` | ${kindWords(field)} | ${field.required === true ? '必填' : '按情况'} |`,
    ...(field.kind === 'rows' ? fieldRows(field.fields, `${name}[].`) : []),
  ])
}

function formPage(): string {
  const head = ['| 栏目 | 名称 | 类型 | 必填 |', '|---|---|---|---|']
  return [
    '# 出口许可证申请表：栏目',
    '',
    heading,
    '',
    '“按情况”的栏目随商品、贸易方式和当事人而定，规则见 `src/domain/application/check.ts`。',
    '',
    '## 申请表',
    '',
    ...head,
    ...fieldRows(fields),
    '',
    '## 合同信息表',
    '',
    ...head,
    ...fieldRows(contractSheetFields),
    '',
  ].join('\n')
}

function allowed(setting: Setting): string {
  if (setting.kind === 'yesNo') return `${setting.yes}；${setting.no}`
  const range = `${setting.min} 至 ${setting.max} ${setting.unit}`
  return setting.kind === 'whole' ? range : `按代码表 \`${setting.list}\`，${range}`
}

/** What the law or an administrator decides; codes stand as codes. */
function settingsPage(): string {
  return [
    '# 系统设置',
    '',
    heading,
    '',
    '每项自某日起适用，历次修改都保留。没有修改过的，适用初始值。',
    ...Object.entries(groups).flatMap(([group, label]) => [
      '',
      `## ${label}`,
      '',
      '| 设置 | 名称 | 决定什么 | 可以设为 | 初始值 | 依据 |',
      '|---|---|---|---|---|---|',
      ...Object.entries<Setting>(settings)
        .filter(([, setting]) => setting.group === group)
        .map(
          ([name, setting]) =>
            `| ${setting.label} | \`${name}\` | ${setting.meaning} | ${allowed(setting)} | ${wordsOf(setting, setting.usual, (code) => code)} | ${setting.source} |`,
        ),
    ]),
    '',
  ].join('\n')
}

const folder = path.resolve(import.meta.dirname, '../docs/rules')

/** File name → text of every page of docs/rules. */
export function rulePages(): Record<string, string> {
  return {
    'application.md': machinePage(application),
    'licence.md': machinePage(licence),
    'cancellation.md': machinePage(cancellation),
    'write-off.md': machinePage(writeOff),
    'amendment.md': machinePage(amendment),
    'difference.md': machinePage(difference),
    'swap.md': machinePage(swap),
    'account.md': machinePage(account),
    'enterprise.md': machinePage(enterprise),
    'invitation.md': machinePage(invitation),
    'message.md': machinePage(message),
    'service-request.md': machinePage(serviceRequest),
    'key-request.md': machinePage(keyRequest),
    'application-form.md': formPage(),
    'settings.md': settingsPage(),
  }
}

export function writeRules(): void {
  fs.mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(rulePages())) fs.writeFileSync(path.join(folder, name), text)
}

/** Names of pages that are not what the rules say now. */
export function staleRules(): string[] {
  return Object.entries(rulePages()).flatMap(([name, text]) => {
    const file = path.join(folder, name)
    return fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text ? [] : [name]
  })
}
