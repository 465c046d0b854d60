import { useState } from 'react'
import { App, Button } from 'antd'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { ownChanges, ownEnterprise, saveEnterpriseInfo, type Enterprise } from '#api/enterprise.ts'
import { enterpriseInfoFields, enterpriseInfoTable } from '#domain/application/form.ts'
import { malformed, type Issue } from '#domain/fields.ts'
import { call, CallFailed } from '#ui/call.ts'
import { ErrorSummary } from '#ui/ErrorSummary.tsx'
import { Field } from '#ui/Field.tsx'
import { goToField } from '#ui/field-id.ts'
import { FormView, Pair } from '#ui/FormView.tsx'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { useMay } from '#ui/session.ts'
import { UnsavedGuard } from '#ui/UnsavedGuard.tsx'
import { Failed, Notice } from '#ui/Words.tsx'
import { useSaveKey } from '#ui/use-save-key.ts'
import { ChangeTable } from './ChangeTable.tsx'
import s from './EnterprisePage.module.css'

type Info = Record<keyof typeof enterpriseInfoFields, string>
type InfoName = keyof Info

const names = Object.keys(enterpriseInfoFields).filter(
  (name): name is InfoName => name in enterpriseInfoFields,
)
const enterpriseQuery = ['enterprise']

/** 申请企业信息 (manual 000): filled into the contract sheet of each new application. */
export function EnterprisePage() {
  const read = useQuery({
    queryKey: enterpriseQuery,
    queryFn: ({ signal }) => call(ownEnterprise, { signal }),
    // What is being typed is not overwritten by what others saved meanwhile; the version tells at saving.
    refetchOnWindowFocus: false,
  })
  const may = useMay('enterprise.change')
  if (read.error !== null) return <Failed error={read.error} onRetry={() => void read.refetch()} />
  if (read.data === undefined) return <PageTitle title="申请企业信息" />
  return may ? (
    <>
      <InfoForm key={read.data.version} enterprise={read.data} onRefresh={() => void read.refetch()} />
      <Changes version={read.data.version} />
    </>
  ) : (
    <>
      <PageTitle title="申请企业信息" />
      <Notice>您的账号只能查看。如需修改，请由本企业的录入员或盖章上报员操作。</Notice>
      <Registered enterprise={read.data} />
      <Section title="企业资料">
        <FormView table={enterpriseInfoTable} values={read.data.info} />
      </Section>
      <Changes version={read.data.version} />
    </>
  )
}

/** What was changed, by the own people and by officers; read again with each new version. */
function Changes({ version }: { version: number }) {
  const read = useQuery({
    queryKey: ['enterprise-changes', version],
    queryFn: ({ signal }) => call(ownChanges, { signal }),
    placeholderData: keepPreviousData,
  })
  return (
    <Section title="变更记录" note="最近 100 次">
      {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data !== undefined && <ChangeTable changes={read.data.rows} />}
    </Section>
  )
}

/** What the registration decides, and nobody types here. */
function Registered({ enterprise }: { enterprise: Enterprise }) {
  return (
    <Section title="登记信息" note="由登记资料带入，不能在此修改">
      <dl className={s['registered']}>
        <Pair label="企业名称">{enterprise.name}</Pair>
        <Pair label="企业代码">{enterprise.code13}</Pair>
        <Pair label="统一社会信用代码">{enterprise.uscc}</Pair>
        <Pair label="所在地">
          {enterprise.region}
          {enterprise.city}
        </Pair>
        <Pair label="中央企业">{enterprise.centralEnterprise ? '是' : '否'}</Pair>
      </dl>
    </Section>
  )
}

const infoOf = (info: Readonly<Record<string, string>>): Info => {
  const values = names.map((name): [InfoName, string] => [name, info[name] ?? ''])
  return values.reduce((whole, [name, value]) => ({ ...whole, [name]: value }), { ...empty })
}
const empty: Info = {
  foundedOn: '',
  registeredCapitalWan: '',
  address: '',
  contactName: '',
  contactPhone: '',
  contactMobile: '',
  contactEmail: '',
  fax: '',
  postcode: '',
  ftoRecordNo: '',
  fieApprovalNo: '',
  businessLicenceNo: '',
}

function InfoForm({ enterprise, onRefresh }: { enterprise: Enterprise; onRefresh: () => void }) {
  const { message } = App.useApp()
  const client = useQueryClient()
  const stored = infoOf(enterprise.info)
  const [info, setInfo] = useState<Info>(stored)
  const [issues, setIssues] = useState<readonly Issue[]>([])
  const [failed, setFailed] = useState<unknown>()
  const [saving, setSaving] = useState(false)
  const dirty = names.some((name) => info[name] !== stored[name])

  async function save() {
    if (saving) return
    setFailed(undefined)
    const wrong = names.flatMap((name): Issue[] => {
      const words = malformed(enterpriseInfoFields[name], info[name])
      return words === undefined ? [] : [{ path: name, words, rule: 'malformed' }]
    })
    setIssues(wrong)
    if (wrong.length > 0) return
    setSaving(true)
    try {
      const saved = await call(saveEnterpriseInfo, { body: { version: enterprise.version, info } })
      client.setQueryData(enterpriseQuery, saved)
      void message.success('申请企业信息已保存')
    } catch (error) {
      const found = error instanceof CallFailed ? (error.failure.issues ?? []) : []
      setIssues(found.map((issue) => ({ ...issue, path: issue.path.replace(/^info\./, '') })))
      if (found.length === 0) setFailed(error)
    } finally {
      setSaving(false)
    }
  }
  useSaveKey(() => void save())

  return (
    <>
      <PageTitle
        title="申请企业信息"
        note={
          <>
            上次保存 <Instant at={enterprise.modifiedAt} short />
          </>
        }
      >
        <Button type="primary" loading={saving} disabled={!dirty} onClick={() => void save()}>
          保存
        </Button>
      </PageTitle>
      <UnsavedGuard when={dirty && !saving} />
      <ErrorSummary issues={issues} onGo={goToField} />
      {failed !== undefined && <Failed error={failed} onRefresh={onRefresh} />}
      <Registered enterprise={enterprise} />
      <Section title="企业资料" note="新申请表的合同信息表自动带入这些内容；黄底色字段在盖章前必须填写">
        <div className={s['grid']}>
          {names.map((name) => (
            <div key={name} className={name === 'address' ? s['wide'] : undefined}>
              <Field
                field={enterpriseInfoFields[name]}
                path={name}
                value={info[name]}
                error={issues.find((issue) => issue.path === name)?.words}
                onChange={(value) => {
                  setInfo((before) => ({ ...before, [name]: value }))
                  setIssues((before) => before.filter((issue) => issue.path !== name))
                }}
              />
            </div>
          ))}
        </div>
      </Section>
    </>
  )
}
