import { useCallback, useEffect, useId, useState, type FormEvent } from 'react'
import { Button } from 'antd'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { z } from 'zod'
import { verifyLicence } from '#api/licence.ts'
import { fingerprint } from '#domain/seal/content.ts'
import { CallFailed } from '#ui/call.ts'
import { classes } from '#ui/field-parts.ts'
import { Instant } from '#ui/Numbers.tsx'
import { halfWidth } from '#ui/typed.ts'
import { useSlow } from '#ui/use-slow.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { askVerify } from './queries.ts'
import f from '#ui/Field.module.css'
import s from './Verify.module.css'

type Answer = z.infer<(typeof verifyLicence)['reply']>

type Asked =
  | { kind: 'nothing' }
  | { kind: 'asking' }
  | { kind: 'answered'; answer: Answer }
  | { kind: 'failed'; error: unknown }

/** 核验出口许可证: what the QR code leads to. For everybody, on any phone, without signing in. */
export function VerifyPage() {
  const search: unknown = useSearch({ strict: false })
  const { no, code } = wordsIn(search)
  return <Verify key={`${no} ${code}`} no={no} code={code} />
}

function Verify({ no, code }: { no: string; code: string }) {
  const navigate = useNavigate()
  const [typed, setTyped] = useState({ no, code })
  const wellFormed = Object.keys(problemsOf(no, code)).length === 0
  const [asked, setAsked] = useState<Asked>({ kind: wellFormed ? 'asking' : 'nothing' })
  const [tried, setTried] = useState(false)
  const problems = problemsOf(typed.no, typed.code)

  const ask = useCallback(
    () =>
      askVerify(no, code).then(
        (answer) => setAsked({ kind: 'answered', answer }),
        (error: unknown) => setAsked({ kind: 'failed', error }),
      ),
    [no, code],
  )
  useEffect(() => {
    if (wellFormed) void ask()
  }, [wellFormed, ask])
  const again = () => {
    setAsked({ kind: 'asking' })
    void ask()
  }

  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (Object.keys(problems).length > 0) return
    const wanted = { no: plain(typed.no), code: plain(typed.code) }
    if (wanted.no === no && wanted.code === code) again()
    else void navigate({ to: '.', search: wanted, replace: true })
  }
  return (
    <main className={s['page']}>
      <title>核验出口许可证</title>
      <h1>核验出口许可证</h1>
      {asked.kind === 'answered' && <AnswerView answer={asked.answer} onAgain={again} />}
      {asked.kind === 'failed' && <Problem error={asked.error} onRetry={again} />}
      <Waiting asked={asked} />
      <form className={s['form']} onSubmit={submit} noValidate>
        <p className={s['soft']}>
          {asked.kind === 'answered'
            ? '核验另一份许可证：'
            : '扫描许可证左下角的二维码，或按许可证上的文字填写许可证号和核验码。'}
        </p>
        <Box
          label="许可证号"
          hint="10 位，例如 26AA000001"
          value={typed.no}
          problem={tried ? problems.no : undefined}
          onChange={(value) => setTyped({ ...typed, no: value })}
        />
        <Box
          label="核验码"
          hint="二维码旁的 8 位字母和数字"
          value={typed.code}
          problem={tried ? problems.code : undefined}
          onChange={(value) => setTyped({ ...typed, code: value })}
        />
        <Button type="primary" htmlType="submit" size="large" block loading={asked.kind === 'asking'}>
          核验
        </Button>
      </form>
      <p className={s['soft']}>与许可证上的内容不同时，以核验结果为准。</p>
    </main>
  )
}

function Waiting({ asked }: { asked: Asked }) {
  const slow = useSlow(asked.kind === 'asking')
  return slow ? <p role="status">正在核验…</p> : null
}

const plain = (text: string) => halfWidth(text).replace(/[\s-]/g, '').toUpperCase()

function wordsIn(search: unknown): { no: string; code: string } {
  const values = new Map<string, unknown>(Object.entries(search ?? {}))
  const text = (name: string) => plain(String(values.get(name) ?? '')).slice(0, 20)
  return { no: text('no'), code: text('code') }
}

function problemsOf(no: string, code: string): { no?: string; code?: string } {
  return {
    ...(/^[0-9]{2}[0-9A-Z]{2}[0-9]{6}$/.test(plain(no))
      ? {}
      : { no: '许可证号为 10 位：2 位年度、2 位发证机构代码、6 位数字，请核对' }),
    ...(/^[0-9A-Z]{8}$/.test(plain(code)) ? {} : { code: '核验码为 8 位字母和数字，请核对' }),
  }
}

function AnswerView({ answer, onAgain }: { answer: Answer; onAgain: () => void }) {
  return (
    <section
      className={classes(s['answer'], answer.usable ? s['good'] : s['bad'])}
      aria-label="核验结果"
      role="status"
    >
      <p className={s['verdict']}>
        {answer.usable ? '✓ 查到这份许可证，现在有效' : `查到这份许可证，现在不能使用：${answer.stateLabel}`}
      </p>
      <p className={s['check']}>请核对下列各项与您手中的许可证一致：</p>
      <dl>
        <Line label="许可证号">
          <span className={s['fixed']}>{answer.licenceNo}</span>
        </Line>
        <Line label="出口商">{answer.exporterName}</Line>
        <Line label="商品名称">{answer.goodsName}</Line>
        <Line label="有效截止日期">{answer.expiryDate ?? '—'}</Line>
        <Line label="状态">{answer.stateLabel}</Line>
        {answer.documentSha256 !== null && (
          <Line label="文件摘要（SHA-256）">
            <span className={s['fixed']}>{fingerprint(answer.documentSha256)}</span>
          </Line>
        )}
      </dl>
      <p className={s['asked']}>
        核验时间 <Instant at={answer.askedAt} />
        <button type="button" onClick={onAgain}>
          再次核验
        </button>
      </p>
    </section>
  )
}

const Line = ({ label, children }: { label: string; children: React.ReactNode }) => (
  <div>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
)

function Problem({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (error instanceof CallFailed && (error.status === 404 || error.status === 429)) {
    return (
      <Notice kind={error.status === 404 ? 'error' : 'warning'}>
        {error.failure.words}
        {error.status === 404 &&
          '。如果是照着许可证填写的，这份许可证可能不是真的，请向出口商或发证机构核实。'}
      </Notice>
    )
  }
  return <Failed error={error} onRetry={onRetry} />
}

function Box({
  label,
  hint,
  value,
  problem,
  onChange,
}: {
  label: string
  hint: string
  value: string
  problem: string | undefined
  onChange: (value: string) => void
}) {
  const id = useId()
  return (
    <div className={classes(f['field'], f['required'], problem !== undefined && f['wrong'])}>
      <div className={f['head']}>
        <label htmlFor={id}>{label}</label>
        <span className={f['hint']} id={`${id}-hint`}>
          {hint}
        </span>
      </div>
      <input
        id={id}
        className={classes(f['input'], s['input'])}
        value={value}
        autoCapitalize="characters"
        autoComplete="off"
        spellCheck={false}
        aria-required
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-problem ${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
      />
      <p id={`${id}-problem`} className={f['error']}>
        {problem}
      </p>
    </div>
  )
}
