import { useId, useState } from 'react'
import { Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { newCaptcha } from '#api/account.ts'
import { call, wordsOf } from '#ui/call.ts'
import { FormLine, type FormOf } from './FormLine.tsx'
import f from '#ui/Field.module.css'
import s from './SignIn.module.css'

type Kind = 'picture' | 'text'
/** Who can't see the picture is not asked again on the next page. */
const kindKept = 'xuke.captcha'

/** A picture, or a question in words for who cannot see it; a new one with each attempt. */
export function useCaptcha() {
  const id = useId()
  const [kind, setKind] = useState<Kind>(() =>
    localStorage.getItem(kindKept) === 'text' ? 'text' : 'picture',
  )
  const read = useQuery({
    queryKey: ['captcha', id, kind],
    queryFn: ({ signal }) => call(newCaptcha, { query: { kind }, signal }),
    staleTime: Infinity,
    // A picture is good for five minutes.
    refetchInterval: 4.5 * 60_000,
    gcTime: 0,
  })
  return {
    id: read.data?.id,
    read,
    kind,
    /** What the input of the answer is described by. */
    questionId: `${id}-question`,
    another: () => void read.refetch(),
    swap: () => {
      const next = kind === 'picture' ? 'text' : 'picture'
      localStorage.setItem(kindKept, next)
      setKind(next)
    },
  }
}

type Captcha = ReturnType<typeof useCaptcha>

export const captchaLabel = ({ kind }: Captcha): string => (kind === 'picture' ? '图片验证码' : '文字验证题')

/** Above the input, where there is one: the question, spoken when it comes and again at the input. */
export function CaptchaWords({ captcha }: { captcha: Captcha }) {
  if (captcha.kind === 'picture') return null
  return (
    <p id={captcha.questionId} role="status" className={s['question']}>
      {captcha.read.data?.question}
    </p>
  )
}

/** Beside the input of the answer: the picture, 换一张, and the other way. */
export function CaptchaControls({
  captcha,
  onNew,
}: {
  captcha: Captcha
  /** The answer that was typed belongs to the one before. */
  onNew: () => void
}) {
  const { data, error, isFetching } = captcha.read
  const picture = captcha.kind === 'picture'
  return (
    <>
      {picture && (
        // Its place is kept while it comes: nothing jumps.
        <span className={s['picture']}>
          {typeof data?.svg === 'string' && (
            <img
              id={captcha.questionId}
              src={pictureOf(data.svg)}
              alt="验证码图片，请输入图中的字符；看不到图片的，请用后面的“改答文字题”"
            />
          )}
        </span>
      )}
      <Button
        onClick={() => {
          onNew()
          captcha.another()
        }}
        loading={isFetching && data !== undefined}
      >
        {picture ? '换一张' : '换一题'}
      </Button>
      <Button
        type="link"
        size="small"
        onClick={() => {
          onNew()
          captcha.swap()
        }}
      >
        {picture ? '看不清图片？改答文字题' : '改用图片'}
      </Button>
      {error !== null && (
        <span role="alert" className={f['error']}>
          {wordsOf(error)}
        </span>
      )}
    </>
  )
}

/** The captcha as a line of a form; its answer is the value `answer`. */
export function CaptchaLine({ captcha, form }: { captcha: Captcha; form: FormOf }) {
  return (
    <FormLine
      name="answer"
      label={captchaLabel(captcha)}
      form={form}
      describedBy={captcha.questionId}
      mode={captcha.kind === 'text' ? 'numeric' : undefined}
      lead={<CaptchaWords captcha={captcha} />}
    >
      <CaptchaControls captcha={captcha} onNew={() => form.set('answer', '')} />
    </FormLine>
  )
}

const pictureOf = (svg: string) => `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`
