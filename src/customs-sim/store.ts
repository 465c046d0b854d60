/** What the simulated customs knows, in a database file of its own: licences, messages both ways, declarations. */
import fs from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export const modes = {
  at_once: '立即答复',
  late: '迟后答复',
  twice: '每份报文发两次',
  out_of_order: '颠倒次序',
  bad_signature: '签名错误',
  other_licence: '写成另一份许可证',
  none: '不答复',
  reject_all: '全部不接受',
  down: '停机（不接收）',
} as const
export type Mode = keyof typeof modes
export const isMode = (name: string): name is Mode => Object.hasOwn(modes, name)

export interface Behaviour {
  mode: Mode
  /** How late, with `late`. */
  seconds: number
}

export interface Received {
  messageNo: string
  licenceNo: string
  seq: number
  round: number
  kind: string
  body: Record<string, unknown>
  at: string
  decision: string
  reason: string
}

export interface Outgoing {
  id: string
  kind: string
  licenceNo: string
  body: Record<string, unknown>
  answered: boolean
  attempts: number
  error: string
  result: string
  at: string
}

export interface UseRow {
  licenceNo: string
  declarationNo: string
  itemNo: number
  declaredOn: string
  customsCode: string
  quantity: string
  final: boolean
}

const structure = `
create table if not exists received (message_no text primary key, licence_no text not null, seq int not null,
  round int not null, kind text not null, body text not null, at text not null, decision text not null,
  reason text not null);
create index if not exists received_licence on received (licence_no, seq);
create table if not exists outgoing (place integer primary key autoincrement, id text not null unique, kind text not null,
  licence_no text not null, body text not null, answered int not null default 0, attempts int not null default 0,
  due int not null, error text not null default '', result text not null default '', at text not null);
create index if not exists outgoing_waiting on outgoing (answered, due);
create index if not exists outgoing_licence on outgoing (licence_no);
create table if not exists uses (licence_no text not null, declaration_no text not null, item_no int not null,
  declared_on text not null, customs_code text not null, quantity text not null, final int not null,
  primary key (licence_no, declaration_no, item_no));
create index if not exists uses_day on uses (declared_on, licence_no, declaration_no, item_no);
create table if not exists behaviour (one int primary key check (one = 1), mode text not null, seconds int not null);
`

type Row = Record<string, string | number | null | bigint | Uint8Array>
const text = (row: Row, name: string) => String(row[name] ?? '')
const object = (json: string): Record<string, unknown> => JSON.parse(json)

export type Store = ReturnType<typeof openStore>

/** Opens, and makes where it is missing, the database in `folder`. What was said to be received is on the disk. */
export function openStore(folder: string) {
  fs.mkdirSync(folder, { recursive: true })
  const db = new DatabaseSync(path.join(folder, 'customs-sim.sqlite'))
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000;')
  db.exec(structure)
  const all = (query: string, ...values: (string | number)[]) => db.prepare(query).all(...values) as Row[]
  const run = (query: string, ...values: (string | number)[]) => db.prepare(query).run(...values)

  const receivedOf = (row: Row): Received => ({
    messageNo: text(row, 'message_no'),
    licenceNo: text(row, 'licence_no'),
    seq: Number(row['seq']),
    round: Number(row['round']),
    kind: text(row, 'kind'),
    body: object(text(row, 'body')),
    at: text(row, 'at'),
    decision: text(row, 'decision'),
    reason: text(row, 'reason'),
  })
  const outgoingOf = (row: Row): Outgoing => ({
    id: text(row, 'id'),
    kind: text(row, 'kind'),
    licenceNo: text(row, 'licence_no'),
    body: object(text(row, 'body')),
    answered: Number(row['answered']) === 1,
    attempts: Number(row['attempts']),
    error: text(row, 'error'),
    result: text(row, 'result'),
    at: text(row, 'at'),
  })
  const useOf = (row: Row): UseRow => ({
    licenceNo: text(row, 'licence_no'),
    declarationNo: text(row, 'declaration_no'),
    itemNo: Number(row['item_no']),
    declaredOn: text(row, 'declared_on'),
    customsCode: text(row, 'customs_code'),
    quantity: text(row, 'quantity'),
    final: Number(row['final']) === 1,
  })

  return {
    close: () => db.close(),
    /** All or nothing. */
    together<T>(work: () => T): T {
      db.exec('begin immediate')
      try {
        const result = work()
        db.exec('commit')
        return result
      } catch (error) {
        db.exec('rollback')
        throw error
      }
    },
    behaviour(): Behaviour {
      const row = all('select mode, seconds from behaviour')[0]
      const mode = row === undefined ? 'at_once' : text(row, 'mode')
      return { mode: isMode(mode) ? mode : 'at_once', seconds: Number(row?.['seconds'] ?? 5) }
    },
    setBehaviour({ mode, seconds }: Behaviour) {
      run(
        'insert into behaviour values (1, ?, ?) on conflict do update set mode = excluded.mode, seconds = excluded.seconds',
        mode,
        seconds,
      )
    },
    received: (messageNo: string) =>
      all('select * from received where message_no = ?', messageNo).map(receivedOf)[0],
    receivedOf: (licenceNo: string) =>
      all('select * from received where licence_no = ? order by seq', licenceNo).map(receivedOf),
    lastSeq: (licenceNo: string) =>
      Number(all('select max(seq) as seq from received where licence_no = ?', licenceNo)[0]?.['seq'] ?? 0),
    putReceived(one: Received) {
      run(
        'insert or replace into received values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
        one.messageNo,
        one.licenceNo,
        one.seq,
        one.round,
        one.kind,
        JSON.stringify(one.body),
        one.at,
        one.decision,
        one.reason,
      )
    },
    licences: (limit: number) =>
      all("select * from received where kind = 'issued' order by rowid desc limit ?", limit).map(receivedOf),
    putOutgoing(one: Pick<Outgoing, 'id' | 'kind' | 'licenceNo' | 'body' | 'at'>, due: number) {
      run(
        'insert into outgoing (id, kind, licence_no, body, due, at) values (?, ?, ?, ?, ?, ?)',
        one.id,
        one.kind,
        one.licenceNo,
        JSON.stringify(one.body),
        due,
        one.at,
      )
    },
    due: (now: number, limit: number, newestFirst: boolean) =>
      all(
        `select * from outgoing where answered = 0 and due <= ? order by place ${newestFirst ? 'desc' : 'asc'} limit ?`,
        now,
        limit,
      ).map(outgoingOf),
    nextDue: () =>
      all('select min(due) as due from outgoing where answered = 0')[0]?.['due'] as number | null | undefined,
    answered(id: string, result: string) {
      run(
        "update outgoing set answered = 1, result = ?, error = '', attempts = attempts + 1 where id = ?",
        result,
        id,
      )
    },
    failed(id: string, error: string, due: number) {
      run(
        'update outgoing set attempts = attempts + 1, error = ?, due = ? where id = ? and answered = 0',
        error,
        due,
        id,
      )
    },
    /** Everything that waits is due now. */
    hurry(now: number) {
      run('update outgoing set due = min(due, ?) where answered = 0', now)
    },
    outgoing: (limit: number) =>
      all('select * from outgoing order by place desc limit ?', limit).map(outgoingOf),
    outgoingOf: (licenceNo: string) =>
      all('select * from outgoing where licence_no = ? order by place', licenceNo).map(outgoingOf),
    waiting: () => Number(all('select count(*) as n from outgoing where answered = 0')[0]?.['n'] ?? 0),
    putUse(use: UseRow) {
      run(
        'insert or replace into uses values (?, ?, ?, ?, ?, ?, ?)',
        use.licenceNo,
        use.declarationNo,
        use.itemNo,
        use.declaredOn,
        use.customsCode,
        use.quantity,
        use.final ? 1 : 0,
      )
    },
    dropUse(licenceNo: string, declarationNo: string, itemNo: number) {
      return run(
        'delete from uses where licence_no = ? and declaration_no = ? and item_no = ?',
        licenceNo,
        declarationNo,
        itemNo,
      ).changes
    },
    usesOf: (licenceNo: string) =>
      all(
        'select * from uses where licence_no = ? order by declared_on, declaration_no, item_no',
        licenceNo,
      ).map(useOf),
    usesOfDay(day: string, after: readonly [string, string, number], limit: number) {
      return all(
        `select * from uses where declared_on = ? and (licence_no, declaration_no, item_no) > (?, ?, ?)
         order by licence_no, declaration_no, item_no limit ?`,
        day,
        ...after,
        limit,
      ).map(useOf)
    },
  }
}
