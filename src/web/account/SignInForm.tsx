import { lazy, Suspense, useEffect, useId, useRef, useState, type FormEvent, type KeyboardEvent } from 'react'
import { Button } from 'antd'
import { signIn, type Me } from '#api/account.ts'
import { call, CallFailed, wordsOf } from '#ui/call.ts'
import type { OpenKey } from '#ui/key/e-key.ts'
import { remembered } from '#ui/session.ts'
import { Notice } from '#ui/Words.tsx'
import f from '#ui/Field.module.css'
import { answerChallenge } from '../key/challenge.ts'
import { CaptchaControls, CaptchaWords, useCaptcha } from './Captcha.tsx'
import { Line } from './Line.tsx'
import s from './SignIn.module.css'

/** Comes when it is asked for: most people sign in without a key. */
const KeyDialog = lazy(async () => ({ default: (await import('#ui/KeyDialog.tsx')).KeyDialog }))

/** Account, password, captcha. `loginName` is given where only that person may go on. */
export function SignInForm({
  loginName: fixed,
  submitWords,
  onDone,
  children,
}: {
  loginName?: string | undefined
  submitWords: string
  onDone: (me: Me) => void
  /** Another button, beside the one that signs in. */
  children?: React.ReactNode
}) {
  const [loginName, setLoginName] = useState(fixed ?? '')
  const [password, setPassword] = useState('')
  const [answer, setAnswer] = useState('')
  const [failed, setFailed] = useState<unknown>()
  const [empty, setEmpty] = useState<Readonly<Record<string, string>>>({})
  const [busy, setBusy] = useState(false)
  const [capsLock, setCapsLock] = useState(false)
  const [inserting, setInserting] = useState(false)
  const [key, setKey] = useState<OpenKey>()
  const id = useId()
  const inputs = useRef<Record<string, HTMLInputElement | null>>({})
  const captcha = useCaptcha()
  const newPicture = () => {
    setAnswer('')
    captcha.another()
  }

  /** A complaint goes with what it complained of. */
  const filled = (name: string) =>
    setEmpty((before) => Object.fromEntries(Object.entries(before).filter(([each]) => each !== name)))

  useEffect(() => inputs.current[fixed === undefined ? 'loginName' : 'password']?.focus(), [fixed])

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (busy) return
    const missing = missingOf({ loginName, password, answer })
    setEmpty(missing)
    setFailed(undefined)
    const first = Object.keys(missing)[0]
    if (first !== undefined) return inputs.current[first]?.focus()
    setBusy(true)
    try {
      const proof = key === undefined ? {} : { key: await answerChallenge(key, 'sign_in') }
      const body = { loginName, password, captchaId: captcha.id, captchaAnswer: answer, ...proof }
      onDone(remembered(await call(signIn, { body })))
      key?.close?.()
    } catch (error) {
      setFailed(error)
      newPicture()
      const wrongPicture = error instanceof CallFailed && error.failure.code === 'captcha'
      inputs.current[wrongPicture ? 'answer' : 'password']?.focus()
      if (!wrongPicture) setPassword('')
    } finally {
      setBusy(false)
    }
  }

  const input = (name: 'loginName' | 'password' | 'answer', value: string, set: (value: string) => void) => ({
    id: `${id}-${name}`,
    ref: (element: HTMLInputElement | null) => {
      inputs.current[name] = element
    },
    className: f['input'],
    value,
    'aria-required': true,
    'aria-invalid': empty[name] !== undefined,
    'aria-describedby': `${id}-${name}-error`,
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => {
      set(event.target.value)
      filled(name)
    },
  })
  /** The user name stands in the certificate; where it doesn't it is typed by hand (manual 001). */
  function insert(opened: OpenKey) {
    setInserting(false)
    setKey(opened)
    const name = opened.description.loginName
    if (fixed === undefined && name !== undefined) {
      setLoginName(name)
      filled('loginName')
    }
    inputs.current[fixed === undefined && name === undefined ? 'loginName' : 'password']?.focus()
  }
  function withoutKey() {
    key?.close?.()
    setKey(undefined)
  }
  const caps = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'))
  return (
    <form className={s['form']} onSubmit={(event) => void submit(event)} noValidate aria-label="登录">
      {failed !== undefined && <Notice kind="error">{wordsOf(failed)}</Notice>}
      <Line id={`${id}-loginName`} label="账号" error={empty['loginName']}>
        <input
          {...input('loginName', loginName, setLoginName)}
          type="text"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          readOnly={fixed !== undefined}
        />
      </Line>
      <Line
        id={`${id}-password`}
        label="密码"
        error={empty['password']}
        hint={capsLock ? '大写锁定已打开' : undefined}
      >
        <input
          {...input('password', password, setPassword)}
          type="password"
          name="password"
          autoComplete="current-password"
          onKeyUp={caps}
          onKeyDown={caps}
        />
      </Line>
      <Line id={`${id}-answer`} label="验证码" error={empty['answer']}>
        <CaptchaWords captcha={captcha} />
        <div className={s['captcha']}>
          <input
            {...input('answer', answer, setAnswer)}
            aria-describedby={`${captcha.questionId} ${id}-answer-error`}
            inputMode={captcha.kind === 'text' ? 'numeric' : undefined}
            type="text"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={20}
          />
          <CaptchaControls captcha={captcha} onNew={() => setAnswer('')} />
        </div>
      </Line>
      {key !== undefined && (
        <Notice
          kind="info"
          action={
            <Button size="small" onClick={withoutKey}>
              不使用
            </Button>
          }
        >
          使用 {key.description.personName}（{key.description.enterpriseName}）的电子钥匙登录。
          {key.description.loginName === undefined && '没有读出用户名，请自行输入账号。'}
        </Notice>
      )}
      <div className={s['buttons']}>
        <Button type="primary" htmlType="submit" loading={busy} size="large" block>
          {submitWords}
        </Button>
        {key === undefined && (
          <Button size="large" block onClick={() => setInserting(true)}>
            使用电子钥匙
          </Button>
        )}
        {children}
      </div>
      {inserting && (
        <Suspense>
          <KeyDialog code13={undefined} onOpened={insert} onClose={() => setInserting(false)} />
        </Suspense>
      )}
    </form>
  )
}

function missingOf(values: { loginName: string; password: string; answer: string }): Record<string, string> {
  return {
    ...(values.loginName.trim() === '' ? { loginName: '请填写账号' } : {}),
    ...(values.password === '' ? { password: '请填写密码' } : {}),
    ...(values.answer.trim() === '' ? { answer: '请填写验证码' } : {}),
  }
}
