import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { signInLog, signOut, whoAmI } from '#api/account.ts'
import { enterpriseByCode, ownEnterprise, saveEnterpriseInfo } from '#api/enterprise.ts'
import { demoAccounts } from '#server/demo/accounts.ts'
import { as, startTestApp, visitor, type TestApp, type TestClient } from '#test/people.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())

const everybody = demoAccounts.map((account) => account.loginName)
const operators = ['steel00', 'steel01', 'steel02', 'trade01', 'consignor01']

/** Route, who gets through, and with what status the others are turned away. */
const table: [string, (client: TestClient) => Promise<{ statusCode: number }>, string[], number][] = [
  ['who am I', (client) => client.get(whoAmI.path), everybody, 0],
  ['own enterprise', (client) => client.get(ownEnterprise.path), operators, 404],
  [
    'save enterprise data',
    (client) => client.put(saveEnterpriseInfo.path, { version: 1, info: { fax: '没有' } }),
    // Malformed: they came as far as the form.
    ['steel00', 'steel01', 'steel02', 'trade01'],
    403,
  ],
  [
    'look up a consignor',
    (client) => client.get(enterpriseByCode.path.replace(':code13', '1200DEM000030')),
    everybody,
    0,
  ],
  ['log of sign-ins', (client) => client.get(signInLog.path), ['audit01', 'admin01', 'platform01'], 403],
  ['sign out', (client) => client.delete(signOut.path), everybody, 0],
]

for (const [route, send, allowed, otherwise] of table) {
  test(`${route}: who may`, async () => {
    assert.equal((await send(visitor(it))).statusCode, 401)
    for (const name of everybody) {
      const { statusCode } = await send(await as(it, name))
      if (allowed.includes(name)) assert.ok([200, 204, 422].includes(statusCode), `${name} ${statusCode}`)
      else assert.equal(statusCode, otherwise, name)
    }
  })
}
