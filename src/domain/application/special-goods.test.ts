/** Dual-use goods, land-route animals, timber of imported logs: what stops, what is only said. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { steelFacts, steelForm, steelGoods, steelSheet } from '#test/forms.ts'
import { check, warnings } from './check.ts'
import { usualChoices, type Choices, type Goods } from './check-facts.ts'
import type { ApplicationForm } from './form.ts'
import { dualUse, dualUseOf, type OldRule } from './special-goods.ts'

const exporter = {
  code13: '1100717850555',
  uscc: '91110000717850555P',
  name: '演示集团有限公司',
  region: '黑龙江省',
}
const named = ['G8', 'O3', 'O4']

function asked(change: Partial<ApplicationForm>, goodsKey: string, chosen: Partial<Choices>) {
  const form = { ...steelForm(exporter), ...change }
  const goods: Goods = { ...steelGoods, steel: false, goodsKey, hsCode: form.hsCode }
  const choices = { ...usualChoices, ...chosen }
  const facts = { ...steelFacts(exporter), exporter, goods, choices }
  const of = (list: { rule: string; path: string }[]) =>
    list.filter((one) => named.includes(one.rule)).map((one) => `${one.rule} ${one.path}`)
  return {
    stops: of(check({ form, contractSheet: steelSheet() }, facts)),
    says: of(warnings(form, { ...facts, goodsKey })),
  }
}

const cattle = { destinationCountry: 'HKG', transportMode: '4', issuingAuthority: '19' }
const timber = { remark: '进口原木加工锯材', customsPort: '0202' }
const cases: [string, Partial<ApplicationForm>, string, readonly OldRule[], string[], string[]][] = [
  ['beryllium', { hsCode: '8112120000' }, 'other_metals', [], ['G8 hsCode'], []],
  ['zirconium', { hsCode: '8109200010' }, 'other_metals', [], ['G8 hsCode'], []],
  ['tungsten powder: the grain decides', { hsCode: '8101100010' }, 'tungsten', [], [], ['G8 hsCode']],
  ['tungsten that is no powder', { hsCode: '8101940000' }, 'tungsten', [], [], []],
  ['cattle by road, the rule asleep', cattle, 'live_cattle_hkmo', [], [], ['O3 issuingAuthority']],
  ['cattle by road, the rule in force', cattle, 'live_cattle_hkmo', ['O3'], ['O3 issuingAuthority'], []],
  ['cattle by road from Shenzhen', { ...cattle, issuingAuthority: '36' }, 'live_cattle_hkmo', ['O3'], [], []],
  ['cattle by sea', { ...cattle, transportMode: '2' }, 'live_cattle_hkmo', ['O3'], [], []],
  ['cattle to Vietnam by road', { ...cattle, destinationCountry: 'VNM' }, 'live_cattle_hkmo', ['O3'], [], []],
  ['beef by road', cattle, 'beef', ['O3'], [], []],
  ['timber through Tianjin, the rule asleep', timber, 'sawn_timber', [], [], ['O4 customsPort']],
  ['timber through Tianjin, in force', timber, 'sawn_timber', ['O4'], ['O4 customsPort'], []],
  ['timber through its own province', { ...timber, customsPort: '1900' }, 'sawn_timber', ['O4'], [], []],
  ['timber of logs from here', { ...timber, remark: '' }, 'sawn_timber', ['O4'], [], []],
]
for (const [name, change, goodsKey, holding, stops, says] of cases) {
  test(name, () => assert.deepEqual(asked(change, goodsKey, { inForce: holding }), { stops, says }))
}

test('what the sources do not settle is a hint where an administrator says so', () => {
  const found = asked({ hsCode: '8112120000' }, 'other_metals', { dualUseRefused: false })
  assert.deepEqual(found, { stops: [], says: ['G8 hsCode'] })
})

test('nothing is said to be verified, and no old rule is in force by itself', () => {
  assert.deepEqual(
    dualUse.filter((one) => one.verified),
    [],
  )
  assert.deepEqual(usualChoices.inForce, [])
  assert.equal(dualUseOf(''), undefined)
})
