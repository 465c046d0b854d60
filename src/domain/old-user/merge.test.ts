import assert from 'node:assert/strict'
import { test } from 'node:test'
import { merge, mostMembers, type Standing } from './merge.ts'
import type { OldUserRow } from './row.ts'
import { platformName, type OldSystemCode } from './systems.ts'

const [A, B] = ['1100DEM000014', '1302DEM000022']

function rows(...given: [OldSystemCode, string, string, string?][]): OldUserRow[] {
  return given.map(([system, code13, oldName, keyNo = ''], at) => ({
    line: at + 2,
    system,
    code13,
    oldName,
    loginName: platformName(system, code13, oldName),
    digest: '',
    kind: 'md5',
    salt: '',
    saltPlace: 'none',
    keyNo,
    services: [system],
  }))
}
const nothing: Standing = { users: [], accounts: [], names: new Set() }

/** Lines of each account, in order. */
const groups = (merged: ReturnType<typeof merge>) =>
  [...Map.groupBy(merged, ({ group }) => group).values()].map((of) => of.map(({ row }) => row.line))

test('one account: the same name on the platform, or one enterprise and one key', () => {
  const table: [string, OldUserRow[], number[][]][] = [
    ['same name', rows(['export_licence', A, 'bj'], ['import_licence', A, 'BJ']), [[2, 3]]],
    ['another name', rows(['export_licence', A, 'bj'], ['import_licence', A, 'sh']), [[2], [3]]],
    ['another enterprise', rows(['export_licence', A, 'bj'], ['export_licence', B, 'bj']), [[2], [3]]],
    ['one key', rows(['export_licence', A, 'bj', 'K1'], ['import_licence', A, 'sh', 'K1']), [[2, 3]]],
    [
      'a key of another',
      rows(['export_licence', A, 'bj', 'K1'], ['import_licence', B, 'sh', 'K1']),
      [[2], [3]],
    ],
    [
      'name and key in a chain',
      rows(
        ['export_licence', A, 'bj'],
        ['import_licence', A, 'bj', 'K1'],
        ['dual_use', A, 'dual', 'K1'],
        ['farm_quota', A, 'other'],
      ),
      [[2, 3, 4], [5]],
    ],
    [
      'an own name is not the same as one behind the code',
      rows(['export_licence', A, 'bj'], ['dual_use', A, 'bj']),
      [[2], [3]],
    ],
  ]
  for (const [name, given, expected] of table) {
    const merged = merge(given, nothing)
    assert.deepEqual(
      merged.flatMap(({ problems }) => problems),
      [],
      name,
    )
    assert.deepEqual(groups(merged), expected, name)
  }
})

test('what does not go together is said at its lines', () => {
  const standing = (over: Partial<Standing>): Standing => ({ ...nothing, ...over })
  const account = { id: 'one', code13: A, keyNo: 'K1', completed: false, members: 1 }
  const table: [string, OldUserRow[], Standing, RegExp][] = [
    ['twice', rows(['export_licence', A, 'bj'], ['export_licence', A, 'Bj']), nothing, /与第 2 行重复/],
    [
      'an own name of two enterprises',
      rows(['dual_use', A, 'bj'], ['automatic_import_electromechanical', B, 'bj']),
      nothing,
      /与另一企业（1302DEM000022）的用户相同/,
    ],
    [
      'two keys of one name',
      rows(['export_licence', A, 'bj', 'K1'], ['import_licence', A, 'bj', 'K2']),
      nothing,
      /编号不一致：K1、K2/,
    ],
    [
      'imported before',
      rows(['export_licence', A, 'bj']),
      standing({
        users: [{ system: 'export_licence', loginName: `${A}-BJ`, oldAccountId: 'one' }],
        accounts: [account],
      }),
      /已经导入过/,
    ],
    [
      'a name of the platform',
      rows(['dual_use', A, 'Steel01']),
      standing({ names: new Set(['steel01']) }),
      /登录名 Steel01 已由平台的其他账号使用/,
    ],
    [
      'completed',
      rows(['import_licence', A, 'sh', 'K1']),
      standing({ accounts: [{ ...account, completed: true }] }),
      /已经启用/,
    ],
    [
      'two that stand',
      rows(['import_licence', A, 'bj', 'K1']),
      standing({
        users: [{ system: 'export_licence', loginName: `${A}-bj`, oldAccountId: 'two' }],
        accounts: [account, { ...account, id: 'two', keyNo: null }],
      }),
      /两个账号并为一个/,
    ],
    [
      'too many',
      rows(['import_licence', A, 'sh', 'K1']),
      standing({ accounts: [{ ...account, members: mostMembers }] }),
      /最多合并 10 个原用户，现为 11 个/,
    ],
  ]
  for (const [name, given, there, words] of table) {
    assert.match(
      merge(given, there)
        .flatMap(({ problems }) => problems)
        .join('；'),
      words,
      name,
    )
  }
})

test('rows are added to the account that stands', () => {
  const accounts = [{ id: 'one', code13: A, keyNo: 'K1', completed: false, members: 1 }]
  const [added, fresh] = merge(rows(['import_licence', A, 'sh', 'K1'], ['import_licence', A, 'bj']), {
    ...nothing,
    accounts,
  })
  assert.deepEqual([added?.standing, fresh?.standing], ['one', undefined])
})
