import { useId, useState } from 'react'
import { Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { newCaptcha } from '#api/account.ts'
import { call, wordsOf } from '#ui/call.ts'
import f from '#ui/Field.module.css'
import s from './SignIn.module.css'

/** A picture, or a question in words for who cannot see it; a new one with each attempt. */
export function useCaptcha() {
  const id = useId()
  const [kind, setKind] = useState<'picture' | 'text'>('picture')
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
    another: () => void read.refetch(),
    swap: () => setKind(kind === 'picture' ? 'text' : 'picture'),
  }
}

/** Beside the input of the answer: the picture or the question, 换一张, and the other way. */
export function CaptchaQuestion({
  captcha,
  onNew,
}: {
  captcha: ReturnType<typeof useCaptcha>
  /** The answer that was typed belongs to the one before. */
  onNew: () => void
}) {
  const { data, error, isFetching } = captcha.read
  return (
    <>
      {typeof data?.svg === 'string' && (
        <img src={pictureOf(data.svg)} alt="验证码图片，请输入图中的字符" className={s['picture']} />
      )}
      {typeof data?.question === 'string' && (
        <span role="status" className={s['question']}>
          {data.question}
        </span>
      )}
      <Button
        onClick={() => {
          onNew()
          captcha.another()
        }}
        loading={isFetching && data !== undefined}
      >
        {captcha.kind === 'picture' ? '换一张' : '换一题'}
      </Button>
      <Button
        type="link"
        size="small"
        onClick={() => {
          onNew()
          captcha.swap()
        }}
      >
        {captcha.kind === 'picture' ? '看不清图片？改答文字题' : '改用图片'}
      </Button>
      {error !== null && <span className={f['error']}>{wordsOf(error)}</span>}
    </>
  )
}

const pictureOf = (svg: string) => `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`
