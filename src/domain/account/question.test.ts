import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { questionInWords, spokenNumber } from './question.ts'

test('numbers are read out as people do', () => {
  for (const [n, words] of [
    [0, '零'],
    [7, '七'],
    [10, '十'],
    [15, '十五'],
    [40, '四十'],
    [99, '九十九'],
    [110, '一百一十'],
    [1001, '一千零一'],
    [2010, '二千零一十'],
    [3047, '三千零四十七'],
    [5300, '五千三百'],
    [6408, '六千四百零八'],
    [9999, '九千九百九十九'],
  ] as const) {
    assert.equal(spokenNumber(n), words)
  }
})

test('no two numbers sound the same', () => {
  assert.equal(new Set(Array.from({ length: 10_000 }, (_, n) => spokenNumber(n))).size, 10_000)
})

/** Listens as a person would. */
function answered(question: string): string {
  const heard = new Map(Array.from({ length: 10_000 }, (_, n) => [spokenNumber(n), n]))
  const [, a = '', sign, b = ''] = /^(.+)([加减])(.+)等于多少/.exec(question) ?? []
  if (sign !== undefined) {
    const [left, right] = [heard.get(a) ?? NaN, heard.get(b) ?? NaN]
    return String(sign === '加' ? left + right : left - right)
  }
  const [, written] = /^请用数字写出：(.+)$/.exec(question) ?? []
  if (written !== undefined) return String(heard.get(written))
  const [, dictated = ''] = /^请依次输入四个数字：(.+)$/.exec(question) ?? []
  return dictated
    .split('、')
    .map((one) => heard.get(one))
    .join('')
}

test('each question has the answer that a listener gives, in digits alone, and fits beside the input', () => {
  const seen = new Set<string>()
  for (let n = 0; n < 400; n += 1) {
    const { question, answer } = questionInWords(randomInt)
    assert.equal(answered(question), answer, question)
    assert.match(answer, /^\d{1,4}$/)
    assert.ok(question.length <= 30, question)
    seen.add(question.replaceAll(/[零一二三四五六七八九十百千、]/g, ''))
  }
  assert.equal(seen.size, 4, 'every kind is asked')
})
