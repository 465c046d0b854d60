import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryHistory } from '@tanstack/react-router'
import { permissionsOf, type Role } from '#domain/account/roles.ts'
import { homeOf, inKeyOffice, leadsToPage, menuOf, type Who } from './menu.ts'
import { newRouter } from './routes.ts'

const enterprise = {
  id: '00000000-0000-4000-8000-000000000001',
  code13: '1100DEM000014',
  uscc: '91110000DEM000014E',
  name: '演示钢铁集团有限公司',
  region: '北京市',
  city: null,
  centralEnterprise: false,
  standing: 'verified',
  closed: null,
  withheld: null,
} as const
const authority = { code: 'AA', name: '商务部配额许可证事务局' }

const who = (roles: Role[], of: Partial<Who> = {}): Who => ({
  permissions: [...permissionsOf(roles)],
  enterprise: null,
  authority: null,
  dataScope: { name: 'enterprise', label: '本公司' },
  keyOffice: null,
  ...of,
})
const words = (person: Who) =>
  menuOf(person).map((group) => `${group.label}：${group.entries.map((entry) => entry.label).join('、')}`)

const tables =
  '参数列表：商品目录、贸易方式、国别(地区)代码、支付方式、口岸代码、运输方式、货币代码、发证机构'

const customs = '海关：海关状态查询、核销数据查询、海关报文、海关差异、逐日核对'

test('an operator finds the menu of manual 000, in its order', () => {
  assert.deepEqual(words(who(['sealer'], { enterprise })), [
    '业务大厅：业务大厅',
    '申请出口许可证：录入申请、上报申请、待审申请、复审未通过、打印申请表、已打印申请表、申请企业信息、查看电子许可证',
    '许可证退换：许可证删除申请、删除申请表管理、删除申请表查询、许可证核销申请、核销申请表管理、核销申请表查询、更改/延期/遗失申请、更改申请管理、更改申请查询',
    '配额：配额查询、配额试算、有色金属钨锑钼配额调换',
    '海关：海关状态查询、核销数据查询、报关前核对',
    '电子钥匙：电子钥匙、手机授权、我的IC卡、钥匙体检',
    tables,
  ])
})

test('who has come in by a code finds the key office alone', () => {
  const person = who(['sealer', 'enterprise_administrator'], { enterprise, keyOffice: { hasAccount: true } })
  assert.deepEqual(words(person), ['电子钥匙：电子钥匙、手机授权、钥匙体检、发证机构地址'])
  assert.equal(homeOf(person), '/desk/keys')
  for (const inside of ['/desk/keys', '/desk/keys/requests/1', '/desk/keys/phone', '/desk/keys/phone/1'])
    assert.ok(inKeyOffice(inside), inside)
  for (const away of ['/', '/desk', '/desk/keys/card', '/desk/keysx', '/hall']) {
    assert.ok(!inKeyOffice(away), away)
  }
})

test('who may only read gets nothing to fill in', () => {
  const [, desk] = words(who(['viewer'], { enterprise }))
  assert.ok(desk?.startsWith('申请出口许可证：上报申请、'))
})

test('a consignor’s operator finds what names it, and no list that must stay empty', () => {
  const dataScope = { name: 'consignor', label: '委托本公司的' }
  assert.deepEqual(words(who(['viewer'], { enterprise, dataScope })), [
    '业务大厅：业务大厅',
    '申请出口许可证：待审申请、复审未通过、打印申请表、已打印申请表、申请企业信息、查看电子许可证',
    '配额：配额查询',
    '海关：海关状态查询、核销数据查询、报关前核对',
    tables,
  ])
})

test('officers, auditor and administrator find their own work', () => {
  assert.deepEqual(words(who(['reviewer'], { authority })), [
    '审核：待初审、待复审、待撤销、待审退换',
    '制证：许可证',
    '配额：配额查询',
    '海关：海关状态查询、核销数据查询',
    '查询：申请查询',
    tables,
  ])
  assert.deepEqual(words(who(['issuer'], { authority })), [
    '制证：待发证、许可证',
    '配额：配额查询',
    customs,
    '查询：申请查询',
    tables,
  ])
  assert.deepEqual(words(who(['key_officer'], { authority })), [
    '电子钥匙：电子钥匙申请、电子钥匙证书',
    tables,
  ])
  assert.deepEqual(words(who(['auditor'])), [
    '电子钥匙：电子钥匙申请、电子钥匙证书',
    '制证：许可证',
    '配额：配额查询、配额总量、余量预警、有色金属钨锑钼配额调换',
    customs,
    '查询：申请查询',
    '系统管理：系统设置、登录日志',
    tables,
  ])
  assert.deepEqual(words(who(['quota_officer'], { authority })), [
    '制证：许可证',
    '配额：配额查询、配额下达、配额总量、管理方式、余量预警、有色金属钨锑钼配额调换',
    '海关：海关状态查询、核销数据查询',
    '查询：申请查询',
    tables,
  ])
  assert.deepEqual(words(who(['administrator'])), [
    '平台：用户管理、企业管理、存量用户、应用网址',
    '系统管理：系统设置、折算率、工作日历、登录日志、消息',
    tables,
  ])
})

test('exporters start at their desk, everybody else at the authority’s', () => {
  assert.equal(homeOf(who(['preparer'], { enterprise })), '/desk')
  assert.equal(homeOf(who(['administrator'])), '/authority')
})

test('what an operator or administrator is offered has a page', () => {
  const router = newRouter(createMemoryHistory())
  for (const person of [
    who(['sealer'], { enterprise }),
    who(['quota_officer'], { authority }),
    who(['administrator']),
  ]) {
    const entries = menuOf(person).flatMap((group) => group.entries)
    assert.deepEqual(
      entries.filter(({ to }) => !leadsToPage(router, to)),
      [],
    )
  }
})

test('an address without a page is told from one with a page', () => {
  const router = newRouter(createMemoryHistory())
  assert.equal(leadsToPage(router, '/tables/country'), true)
  assert.equal(leadsToPage(router, '/admin/rates'), true)
  assert.equal(leadsToPage(router, '/desk/nowhere/at/all'), false)
  assert.equal(leadsToPage(router, '/nowhere'), false)
})
