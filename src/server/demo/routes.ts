/** The doors of the demonstration: passwords to sign in with, e-key files to download. Not there in production. */
import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import { demoAccountList, demoKey, demoKeyList } from '#api/demo.ts'
import { isRole, roles } from '#domain/account/roles.ts'
import type { Context } from '../context.ts'
import { open } from '../http/register.ts'
import { pkiFiles } from '../pki/pki-files.ts'
import { notFound } from '../refused.ts'
import { demoAccounts, type DemoAccount } from './accounts.ts'
import { demoEnterprises } from './enterprises.ts'
import { demoOldUsers, oldEnterprise } from './old-users.ts'

const keyAddress = ({ loginName }: DemoAccount) => `/demo/keys/${loginName}.pem`

export function demoRoutes(app: FastifyInstance, ctx: Context): void {
  if (ctx.env.mode !== 'demo') return
  open(app, ctx, demoAccountList, async () => ({
    accounts: await accountRows(ctx),
    oldUsers: demoOldUsers,
    oldEnterprise,
  }))
  open(app, ctx, demoKeyList, () => ({ keys: demoAccounts.flatMap(keyRow) }))
  open(app, ctx, demoKey, async ({ params, reply }) => {
    const holder = demoAccounts.find((one) => one.pin !== null && `${one.loginName}.pem` === params.file)
    if (holder === undefined) throw notFound('演示电子钥匙')
    const pem = await readKey(ctx, holder)
    await reply
      .type('application/x-pem-file')
      .header('content-disposition', `attachment; filename="${holder.loginName}.pem"`)
      .header('cache-control', 'no-store')
      .send(pem)
    return undefined
  })
}

function keyRow(account: DemoAccount) {
  const { loginName, personName, pin } = account
  return pin === null ? [] : [{ loginName, personName, pin, address: keyAddress(account) }]
}

async function readKey(ctx: Context, { loginName }: DemoAccount): Promise<string> {
  try {
    return await readFile(pkiFiles(ctx.env.pkiDir).eKey(loginName), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw notFound('演示电子钥匙')
    throw error
  }
}

async function accountRows(ctx: Context) {
  const authorities = await ctx.db.selectFrom('authority').select(['code', 'name']).execute()
  const nameOf = new Map(authorities.map((row) => [row.code, row.name]))
  return demoAccounts.map((account) => ({
    loginName: account.loginName,
    password: account.password,
    personName: account.personName,
    place:
      account.enterprise !== null
        ? demoEnterprises[account.enterprise].name
        : account.authorityCode !== null
          ? (nameOf.get(account.authorityCode) ?? account.authorityCode)
          : '系统',
    roles: account.roles
      .filter(isRole)
      .map((name) => roles[name].label)
      .join('、'),
    does: account.does,
    eKey: account.pin === null ? null : { address: keyAddress(account), pin: account.pin },
  }))
}
