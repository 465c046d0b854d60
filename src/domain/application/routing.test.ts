import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issuingAuthority, type RoutedAuthority } from './routing.ts'

const authority = (
  code: string,
  kind: RoutedAuthority['kind'],
  region: string,
  city: string | null = null,
  active = true,
): RoutedAuthority => ({ code, kind, region, city, active })

const authorities = [
  authority('AA', 'bureau', '北京市'),
  authority('AI', 'special_office', '江苏省', null, false),
  authority('01', 'provincial', '北京市'),
  authority('10', 'provincial', '江苏省'),
  authority('19', 'provincial', '广东省'),
  authority('31', 'provincial', '新疆维吾尔自治区'),
  authority('36', 'planned_city', '广东省', '深圳市'),
  authority('37', 'corps', '新疆生产建设兵团'),
  authority('41', 'sub_provincial_city', '江苏省', '南京市'),
  authority('43', 'sub_provincial_city', '广东省', '广州市', false),
]

test('each enterprise goes to its authority', () => {
  for (const [region, city, central, goodsKey, code, why] of [
    ['江苏省', '苏州市', false, 'steel', '10', 'the province'],
    ['江苏省', '南京市', false, 'steel', '41', 'a sub-provincial city'],
    ['江苏省', null, false, 'steel', '10', 'a place without a city'],
    ['广东省', '深圳市', false, 'coke', '36', 'a city with plans of its own'],
    ['广东省', '广州市', false, 'coke', '19', 'the city no longer issues'],
    ['新疆生产建设兵团', '石河子市', false, 'steel', '37', 'the corps'],
    ['新疆维吾尔自治区', '乌鲁木齐市', false, 'steel', '31', 'not the corps'],
    ['北京市', null, false, 'steel', '01', 'a Beijing enterprise not under SASAC'],
    ['北京市', null, true, 'steel', 'AA', 'a Beijing enterprise under SASAC'],
    ['江苏省', '南京市', false, 'wheat', 'AA', 'goods kept to the bureau'],
    ['香港', null, false, 'steel', undefined, 'no authority serves the place'],
    ['浙江省', '南京市', false, 'steel', undefined, 'a city of the same name elsewhere does not count'],
  ] as const) {
    const enterprise = { region, city, centralEnterprise: central }
    assert.equal(issuingAuthority(enterprise, goodsKey, authorities), code, why)
  }
})

test('without an active bureau its applications go nowhere', () => {
  const closed = authorities.map((it) => ({ ...it, active: it.kind !== 'bureau' }))
  const enterprise = { region: '江苏省', city: null, centralEnterprise: false }
  assert.equal(issuingAuthority(enterprise, 'wheat', closed), undefined)
})
