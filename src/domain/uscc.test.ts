import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { checkUscc, code13MatchesUscc, code13Problem, organisationCodeProblem, usccProblem } from './uscc.ts'

test('social credit codes of real companies pass', () => {
  for (const code of ['91110000717850555P', '913302007588959361']) {
    assert.equal(usccProblem(code), undefined, code)
    assert.equal(checkUscc(code), true)
  }
})

test('each wrong social credit code is refused for its own reason', () => {
  for (const [code, words] of [
    ['', /请填写/],
    ['9111000071785055', /应为 18 位，现为 16 位/],
    ['91110000717850555p', /大写字母/],
    ['９１110000717850555P', /半角数字/],
    ['9111000071785O555P', /不使用字母/],
    ['91A10000717850555P', /行政区划/],
    ['91110000717850555N', /校验位/],
    ['91110000717850556P', /校验位/],
  ] as const) {
    assert.match(usccProblem(code) ?? '', words, code)
    assert.equal(checkUscc(code), false)
  }
})

test('every single changed character is noticed by the check character', () => {
  const code = '91110000717850555P'
  const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
  for (let position = 0; position < code.length; position += 1) {
    for (const character of alphabet) {
      if (character === code.charAt(position)) continue
      const changed = code.slice(0, position) + character + code.slice(position + 1)
      assert.notEqual(usccProblem(changed), undefined, changed)
    }
  }
})

test('relaxed leaves out the check character alone', () => {
  const printedInManual = '289999997763675559'
  assert.match(usccProblem(printedInManual) ?? '', /校验位/)
  assert.equal(usccProblem(printedInManual, { relaxed: true }), undefined)
  assert.match(usccProblem('28999999776367555', { relaxed: true }) ?? '', /18 位/)
  assert.equal(usccProblem('28999999776367555Y'), undefined)
})

test('organisation codes', () => {
  assert.equal(organisationCodeProblem('717850555'), undefined)
  assert.equal(organisationCodeProblem('776367555'), undefined)
  assert.match(organisationCodeProblem('717850556') ?? '', /校验位/)
  assert.match(organisationCodeProblem('71785055-5') ?? '', /9 位/)
  assert.match(organisationCodeProblem('71785055Y') ?? '', /字母 X/)
  // Both special check characters: a sum of remainder 1 gives X, remainder 0 gives 0.
  assert.equal(organisationCodeProblem('00000030X'), undefined)
  assert.equal(organisationCodeProblem('000000000'), undefined)
  assert.equal(organisationCodeProblem('717850556', { relaxed: true }), undefined)
})

test('thirteen-character codes', () => {
  for (const code of ['1100717850555', '1100776367555', '9999400000560']) {
    assert.equal(code13Problem(code), undefined, code)
  }
  assert.match(code13Problem('110071785055') ?? '', /13 位，现为 12 位/)
  assert.match(code13Problem('11AA717850555') ?? '', /4 位地区数字/)
  assert.match(code13Problem('1100717850556') ?? '', /校验位/)
  assert.equal(code13Problem('1100717850556', { relaxed: true }), undefined)
  assert.equal(code13MatchesUscc('1100717850555', '91110000717850555P'), true)
  assert.equal(code13MatchesUscc('1100776367555', '91110000717850555P'), false)
  assert.equal(code13MatchesUscc('', ''), false)
})

test('the codes printed in the manuals: the thirteen characters are right, the social credit codes are not', () => {
  const file = new URL('../../db/reference/evidence/manual_examples.csv', import.meta.url)
  const examples = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(','))
  const values = (kind: string) => examples.flatMap(([of, value]) => (of === kind && value ? [value] : []))
  // 0441987654321 is a made-up log-in name.
  const codes = values('enterprise_code13').filter((code) => code !== '0441987654321')
  assert.equal(codes.length, 2)
  for (const code of codes) assert.equal(code13Problem(code), undefined, code)
  assert.equal(values('uscc').length, 3)
  for (const code of values('uscc')) assert.match(usccProblem(code) ?? '', /校验位|行政区划/, code)
})
