/** 录入: the licence number reads the licence in, and it is said at once what can be asked for it. */
import { useState, type FormEvent } from 'react'
import { Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { z } from 'zod'
import type { Group, readLicenceIn } from '#api/request.ts'
import type { TextField } from '#domain/fields.ts'
import { amendmentKinds, type Kind } from '#domain/request/states.ts'
import { Field } from '#ui/Field.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { nameOf, paths } from '#ui/paths.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { NotFoundPage } from '../NotFoundPage.tsx'
import { startOf } from './content.ts'
import { Editor } from './Editor.tsx'
import { LicenceFacts, Uses } from './LicenceFacts.tsx'
import { entryQuery } from './queries.ts'
import { groups, titles } from './words.ts'
import s from './Request.module.css'

export function EntryPage() {
  const params: { group?: string } = useParams({ strict: false })
  const search: { licenceNo?: string; kind?: string } = useSearch({ strict: false })
  const group = nameOf(groups, params.group ?? '')
  if (group === undefined) return <NotFoundPage />
  const licenceNo = search.licenceNo ?? ''
  return <Entry key={`${group} ${licenceNo}`} group={group} licenceNo={licenceNo} kind={search.kind} />
}

const numberField: TextField = {
  kind: 'text',
  label: '出口许可证号',
  max: 10,
  required: true,
  problem: (value) =>
    /^[0-9]{2}[0-9A-Z]{2}[0-9]{6}$/i.test(value) ? undefined : '许可证号为 10 位，例如 26AA000001',
}

const exchangeWords = {
  amendment: { label: '更改', line: '更改口岸、合同号等内容，或更改数量' },
  extension: {
    label: '延期',
    line: '有效期内不能用完，换发新证延长有效期，配额有效期不超过当年 12 月 31 日',
  },
  loss: { label: '遗失', line: '许可证遗失且没有使用，挂失后补发新证' },
} as const

function Entry({
  group,
  licenceNo,
  kind: asked,
}: {
  group: Group
  licenceNo: string
  kind: string | undefined
}) {
  const navigate = useNavigate()
  const [typed, setTyped] = useState(licenceNo)
  const [wrong, setWrong] = useState<string>()
  // Once it is stored, number and kind stand.
  const [stored, setStored] = useState(false)
  const read = useQuery(entryQuery(licenceNo))
  const kind: Kind | undefined = group === 'amendment' ? amendmentKinds.find((one) => one === asked) : group
  const go = (to: { licenceNo: string; kind?: string | undefined }) =>
    navigate({ to: paths.requestEntry(group, to.licenceNo, to.kind), replace: true })

  const readIn = (event: FormEvent) => {
    event.preventDefault()
    const value = typed.trim().toUpperCase()
    const problem = value === '' ? '请填写出口许可证号' : numberField.problem?.(value)
    setWrong(problem)
    if (problem !== undefined) return
    if (value === licenceNo) void read.refetch()
    else void go({ licenceNo: value, kind: asked })
  }
  return (
    <>
      <PageTitle title={titles[group].entry} />
      {!stored && (
        <Section title="许可证号" note="输入许可证号，读入原许可证的信息">
          <form className={s['ask']} onSubmit={readIn} noValidate>
            <Field field={numberField} path="licenceNo" value={typed} error={wrong} onChange={setTyped} />
            <div className={s['askButton']}>
              <Button
                htmlType="submit"
                type={read.data === undefined ? 'primary' : 'default'}
                loading={read.isFetching}
              >
                读入
              </Button>
            </div>
          </form>
          {read.error !== null && <Failed error={read.error} />}
        </Section>
      )}
      {/* What was read for an earlier page does not know what was asked since. */}
      {read.data !== undefined && read.isFetchedAfterMount && (
        <>
          {group === 'amendment' && !stored && (
            <KindChoice
              kinds={read.data.kinds}
              chosen={kind}
              onChoose={(next) => void go({ licenceNo, kind: next })}
            />
          )}
          <Asked read={read.data} kind={kind} onStored={() => setStored(true)} />
        </>
      )}
    </>
  )
}

type Reply = z.output<(typeof readLicenceIn)['reply']>

function KindChoice({
  kinds,
  chosen,
  onChoose,
}: {
  kinds: Reply['kinds']
  chosen: Kind | undefined
  onChoose: (kind: Kind) => void
}) {
  return (
    <Section title="申请种类">
      <fieldset className={s['kinds']}>
        <legend className="visually-hidden">申请种类</legend>
        {amendmentKinds.map((kind) => {
          const because = kinds.find((one) => one.kind === kind)?.because
          return (
            <label key={kind}>
              <input
                type="radio"
                name="kind"
                checked={chosen === kind}
                disabled={because !== undefined}
                onChange={() => onChoose(kind)}
              />
              <strong>{exchangeWords[kind].label}</strong>
              <span className={s['because']}>{because ?? exchangeWords[kind].line}</span>
            </label>
          )
        })}
      </fieldset>
    </Section>
  )
}

/** The form, or the words why there is none. What was saved meanwhile does not take the form away. */
function Asked({ read, kind, onStored }: { read: Reply; kind: Kind | undefined; onStored: () => void }) {
  const [first] = useState(read)
  const { licence } = first
  const because = kind === undefined ? undefined : first.kinds.find((one) => one.kind === kind)?.because
  if (kind !== undefined && because === undefined) {
    return (
      <Editor key={kind} kind={kind} licence={licence} start={startOf(kind, licence)} onStored={onStored} />
    )
  }
  return (
    <>
      {because !== undefined && (
        <div className={s['stack']}>
          <Notice
            kind="warning"
            action={
              first.open !== null && <Link to={paths.request(first.open.id)}>打开{first.open.label}</Link>
            }
          >
            {because}
          </Notice>
        </div>
      )}
      <LicenceFacts licence={licence} at={paths.licence(licence.id)} />
      {licence.uses.length > 0 && <Uses licence={licence} />}
    </>
  )
}
