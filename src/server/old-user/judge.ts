/** The file with old users: read into rows, and judged line by line against each other and what stands. Writes nothing. */
import { sql } from 'kysely'
import type { z } from 'zod'
import type { lookAtOldUsers } from '#api/old-user.ts'
import { serviceOf } from '#domain/hall/catalogue.ts'
import { merge, type Merged, type Standing } from '#domain/old-user/merge.ts'
import {
  columnNames,
  columns,
  mostFileBytes,
  mostRows,
  optionalColumns,
  readRow,
  saltPlaces,
  type Cells,
  type OldUserRow,
} from '#domain/old-user/row.ts'
import { oldSystemName } from '#domain/old-user/systems.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { BadFile } from '../files/bad-file.ts'
import { Malformed } from '../refused.ts'
import { readCsv } from '../sheet/read.ts'

interface Judged {
  cells: Cells
  row?: OldUserRow
  merged?: Merged
  problems: string[]
}

/** Every line of the file with what is wrong with it. Refused (422): what is no such file, and what is too large. */
export async function judgeFile(
  ctx: Context,
  { fileName, file }: { fileName: string; file: string },
): Promise<Judged[]> {
  const lines = refusing(() => linesOf(fileName, Buffer.from(file, 'base64')))
  const read = lines.map((cells) => ({ cells, ...readRow(cells, { relaxed: ctx.env.relaxedCodes }) }))
  const rows = read.flatMap(({ row }) => (row === undefined ? [] : [row]))
  const merged = new Map(merge(rows, await standingFor(ctx.db, rows)).map((one) => [one.row.line, one]))
  return read.map((one) => {
    const found = merged.get(one.cells.line)
    return found === undefined ? one : { ...one, merged: found, problems: found.problems }
  })
}

function refusing<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof BadFile)
      throw new Malformed(error.message, [{ path: 'file', words: error.message, rule: 'file' }])
    throw error
  }
}

/** Longer cells are wrong in every column; cut, they are told as wrong. */
const longest = 200

function linesOf(fileName: string, bytes: Buffer): Cells[] {
  if (!/\.csv$/i.test(fileName)) throw new BadFile('只能导入 csv 文件，请下载样例，按样例的栏目填写')
  if (bytes.length > mostFileBytes) {
    throw new BadFile(`文件不能超过 ${mostFileBytes / 1024} KB，请分成几份导入`)
  }
  if (bytes.includes(0)) throw new BadFile('文件不是文本，请另存为 csv（UTF-8 或 GBK 编码）后重新选择')
  const [head = [], ...lines] = readCsv(bytes, { encodings: ['utf-8', 'gb18030'], most: mostRows + 2 })
  const places = new Map(head.map((name, place) => [name.replaceAll(/[\s*]/g, ''), place]))
  const missing = columnNames.filter((name) => !optionalColumns.has(name) && !places.has(columns[name]))
  if (missing.length > 0) {
    const words = missing.map((name) => columns[name]).join('、')
    throw new BadFile(`第 1 行应为栏目名称，缺少：${words}。请下载样例对照`)
  }
  const rows = lines.flatMap((cells, index): Cells[] => {
    if (cells.every((cell) => cell.trim() === '')) return []
    const value = (name: keyof typeof columns) =>
      (cells[places.get(columns[name]) ?? -1] ?? '').trim().slice(0, longest)
    return [
      {
        line: index + 2,
        system: value('system'),
        code13: value('code13'),
        oldName: value('oldName'),
        digest: value('digest'),
        kind: value('kind'),
        salt: value('salt'),
        saltPlace: value('saltPlace'),
        keyNo: value('keyNo'),
        services: value('services'),
      },
    ]
  })
  if (rows.length === 0) throw new BadFile('文件中没有数据行，请从第 2 行起填写')
  if (lines.length > mostRows) throw new BadFile(`一份文件最多 ${mostRows} 行，请分成几份导入`)
  return rows
}

/** What stands already and has to do with these rows. */
export async function standingFor(db: Db | Tx, rows: readonly OldUserRow[]): Promise<Standing> {
  const names = [...new Set(rows.map(({ loginName }) => loginName.toLowerCase()))]
  const keys = rows.flatMap(({ code13, keyNo }) => (keyNo === '' ? [] : [`${code13} ${keyNo}`]))
  const { rows: users } = await sql<{ system: string; loginName: string; oldAccountId: string }>`
    select system, login_name as "loginName", old_account_id as "oldAccountId" from old_user
    where lower(login_name) = any(${names}::text[])`.execute(db)
  const ids = [...new Set(users.map(({ oldAccountId }) => oldAccountId))]
  const { rows: accounts } = await sql<Standing['accounts'][number]>`
    select id, code13, key_no as "keyNo", completed_at is not null as completed,
      (select count(*)::int from old_user where old_account_id = old_account.id) as members
    from old_account where id = any(${ids}::uuid[])
      or (key_no is not null and (code13, key_no) in (
        select split_part(k, ' ', 1), split_part(k, ' ', 2) from unnest(${keys}::text[]) as k))`.execute(db)
  const { rows: taken } = await sql<{ name: string }>`
    select lower(login_name) as name from account where lower(login_name) = any(${names}::text[])
      and not exists (select from old_account where account_id = account.id)`.execute(db)
  return { users, accounts, names: new Set(taken.map(({ name }) => name)) }
}

const mostShown = 200

/** 预检: how many rows are wrong and why, and what would become of the others. */
export function lookOf(judged: readonly Judged[]): z.input<typeof lookAtOldUsers.reply> {
  const wrong = judged.filter(({ problems }) => problems.length > 0)
  const right = judged.flatMap(({ merged, problems }) =>
    merged === undefined || problems.length > 0 ? [] : [merged],
  )
  const groups = [...Map.groupBy(right, ({ group }) => group).values()]
  const others = groupsOf(judged)
  return {
    rows: judged.length,
    wrong: wrong.length,
    accounts: groups.filter(([one]) => one?.standing === undefined).length,
    added: groups.filter(([one]) => one?.standing !== undefined).length,
    merged: groups.filter((rows) => rows.length > 1).length,
    shown: [...wrong, ...judged.filter(({ problems }) => problems.length === 0)]
      .slice(0, mostShown)
      .map((one) => shownRow(one, others)),
  }
}

const groupsOf = (judged: readonly Judged[]) =>
  Map.groupBy(
    judged.flatMap(({ merged }) => (merged === undefined ? [] : [merged])),
    ({ group }) => group,
  )

function shownRow({ cells, row, merged, problems }: Judged, groups: ReturnType<typeof groupsOf>) {
  const same = merged === undefined ? [] : (groups.get(merged.group) ?? [])
  return {
    line: cells.line,
    systemName: row === undefined ? brief(cells.system) : oldSystemName(row.system),
    code13: brief(cells.code13),
    oldName: brief(cells.oldName),
    loginName: row?.loginName ?? '',
    kind: row === undefined ? brief(cells.kind) : kindWords(row.kind, row.saltPlace),
    services: row?.services.map((code) => serviceOf(code).name) ?? [],
    with: same.flatMap((one) =>
      one === merged ? [] : [`${oldSystemName(one.row.system)} ${one.row.oldName}（第 ${one.row.line} 行）`],
    ),
    problems,
  }
}

const brief = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text)
const words: Record<string, string> = saltPlaces
export const kindWords = (kind: string, saltPlace: string): string =>
  saltPlace === 'none' ? kind : `${kind} 加盐（${words[saltPlace] ?? saltPlace}）`
