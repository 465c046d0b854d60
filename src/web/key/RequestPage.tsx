import { useRef, useState } from 'react'
import { App, Button } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { actOnKeyRequest, saveKeyRequest, submitRenewal, type KeyRequestDetail } from '#api/key.ts'
import { keyRequest } from '#domain/certificate/actions.ts'
import {
  applicantFields,
  contactFields,
  genders,
  identityTypes,
  keyFields,
  wantedServices,
  wholeKeyForm,
  type KeyForm,
  type WantedService,
} from '#domain/certificate/form.ts'
import { certificateTypes, isCertificateType, type CertificateType } from '#domain/certificate/kinds.ts'
import { dayOf } from '#domain/day.ts'
import type { Issue } from '#domain/fields.ts'
import { ActionBar } from '#ui/ActionBar.tsx'
import { call, CallFailed } from '#ui/call.ts'
import { ErrorSummary } from '#ui/ErrorSummary.tsx'
import { Field } from '#ui/Field.tsx'
import { goToField } from '#ui/field-id.ts'
import { Pair } from '#ui/FormView.tsx'
import { sign, type OpenKey } from '#ui/key/e-key.ts'
import { KeyDialog } from '#ui/KeyDialog.tsx'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { newId } from '#ui/request-id.ts'
import { meQuery, useMe } from '#ui/session.ts'
import { Timeline } from '#ui/Timeline.tsx'
import { UnsavedGuard } from '#ui/UnsavedGuard.tsx'
import { useSaveKey } from '#ui/use-save-key.ts'
import { useSlow } from '#ui/use-slow.ts'
import { Failed, Notice, shown, StateWord } from '#ui/Words.tsx'
import { PageBones } from '../application/Bones.tsx'
import { NotRead } from '../application/NotRead.tsx'
import { Choice } from '../quota/Choice.tsx'
import { EntranceNotice } from './EntranceNotice.tsx'
import { MakeKeyDialog } from './MakeKeyDialog.tsx'
import { Papers } from './Papers.tsx'
import { keyRequestQuery } from './queries.ts'
import { requestTone } from './tones.ts'
import s from './Key.module.css'

/** One request, at the desk of its applicant and at the key officer's. */
export function KeyRequestPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false })
  const read = useQuery({ ...keyRequestQuery(id), refetchOnWindowFocus: false })
  const slow = useSlow(read.isPending)
  if (read.data !== undefined) {
    return <Request key={id} detail={read.data} onRefresh={() => void read.refetch()} />
  }
  return (
    <>
      <PageTitle title="电子钥匙申请" />
      {read.error !== null && <NotRead error={read.error} onRetry={() => void read.refetch()} />}
      {slow && <PageBones label="正在读取电子钥匙申请" side={320} />}
    </>
  )
}

const whole = (detail: KeyRequestDetail): KeyForm =>
  wholeKeyForm({ ...detail.fields, services: detail.services })

function Request({ detail, onRefresh }: { detail: KeyRequestDetail; onRefresh: () => void }) {
  const { message } = App.useApp()
  const client = useQueryClient()
  const navigate = useNavigate()
  const me = useMe()
  const exporter = me.enterprise !== null
  const editable = detail.offered.some((one) => one.action === 'save' && one.because === undefined)
  const stored = whole(detail)
  const [form, setForm] = useState(stored)
  const [type, setType] = useState<CertificateType>(detail.certificateType)
  const [issues, setIssues] = useState<readonly Issue[]>([])
  const [failed, setFailed] = useState<unknown>()
  const [saving, setSaving] = useState(false)
  const [making, setMaking] = useState(false)
  const [signing, setSigning] = useState(false)
  const dirty =
    editable && (JSON.stringify(form) !== JSON.stringify(stored) || type !== detail.certificateType)
  const again = () => client.invalidateQueries({ queryKey: ['keys'] })
  /** A first key may have opened the account. */
  const made = () => {
    setMaking(false)
    if (detail.opensAccount) void client.invalidateQueries(meQuery)
    void again()
  }

  const running = useRef<Promise<boolean>>(undefined)
  /** Answers whether everything typed stands on the server; waits for a save that is under way. */
  function save(): Promise<boolean> {
    running.current ??= (dirty ? send() : Promise.resolve(true)).finally(() => {
      running.current = undefined
    })
    return running.current
  }

  async function send(): Promise<boolean> {
    setSaving(true)
    setFailed(undefined)
    try {
      const { services, ...fields } = form
      const saved = await call(saveKeyRequest, {
        params: { id: detail.id },
        body: { version: detail.version, requestId: newId(), certificateType: type, fields, services },
      })
      client.setQueryData(keyRequestQuery(detail.id).queryKey, saved)
      setForm(whole(saved))
      setIssues([])
      return true
    } catch (error) {
      const found = error instanceof CallFailed ? (error.failure.issues ?? []) : []
      setIssues(found.map((issue) => ({ ...issue, path: issue.path.replace(/^fields\./, '') })))
      if (found.length === 0) setFailed(error)
      return false
    } finally {
      setSaving(false)
    }
  }
  useSaveKey(() => void save())

  const change = (values: Partial<KeyForm>) => {
    setForm((before) => ({ ...before, ...values }))
    setIssues((before) => before.filter((issue) => !(issue.path in values)))
  }
  async function renew(key: OpenKey) {
    setSigning(false)
    setFailed(undefined)
    try {
      const cms = await sign(key, new TextEncoder().encode(detail.toSign ?? ''), new Date())
      const text = btoa(Array.from(cms, (byte) => String.fromCharCode(byte)).join(''))
      await call(submitRenewal, {
        params: { id: detail.id },
        body: { version: detail.version, requestId: newId(), cms: text },
      })
      void message.success('更新申请已用原电子钥匙签署并提交')
      await again()
    } catch (error) {
      setFailed(error)
    } finally {
      key.close?.()
    }
  }
  const open = editable && !dirty && issues.length === 0 ? detail.issues : []
  return (
    <>
      <PageTitle
        title={`电子钥匙${detail.kindLabel}`}
        state={<StateWord tone={requestTone(detail.state)}>{detail.stateLabel}</StateWord>}
        note={detail.enterprise.name}
      >
        {editable && (
          <Button onClick={() => void save()} loading={saving} disabled={!dirty}>
            保存
          </Button>
        )}
        {!dirty && (
          <ActionBar
            machine={keyRequest}
            offered={detail.offered.filter(({ action }) => !notButtons.has(action))}
            version={detail.version}
            primary={
              exporter ? (detail.state === 'approved' ? 'issue' : editable ? 'submit' : undefined) : 'approve'
            }
            instead={{
              issue: () => setMaking(true),
              ...(detail.kind === 'renew' ? { submit: () => setSigning(true) } : {}),
            }}
            perform={(action, body) => call(actOnKeyRequest, { params: { id: detail.id, action }, body })}
            onDone={(action) => {
              void again()
              if (action === 'delete') void navigate({ to: paths.keys() })
            }}
            onRefresh={onRefresh}
          />
        )}
      </PageTitle>
      {me.keyOffice !== null && <EntranceNotice me={me} />}
      <UnsavedGuard when={dirty && !saving} />
      {failed !== undefined && <Failed error={failed} onRefresh={onRefresh} />}
      {detail.state === 'returned' && detail.opinion !== null && (
        <Notice kind="warning">已退回：{detail.opinion}</Notice>
      )}
      {detail.own && detail.state === 'approved' && (
        <Notice kind="info">
          申请已批准。请在您自己的电脑上点击“制作电子钥匙”；没有做完就关闭页面的，可以再来制作。
        </Notice>
      )}
      {detail.enterprise.contested && !exporter && (
        <Notice kind="warning">
          该统一社会信用代码另有登记。批准后，本申请人的企业得到核实，其他未经核实的登记同时失效，请仔细核对材料。
        </Notice>
      )}
      <ErrorSummary issues={issues} onGo={goToField} />
      {open.length > 0 && (
        <Notice kind="info">
          还有 {open.length} 项未完成：{open.map((issue) => issue.words).join('；')}。填写后保存，再提交。
        </Notice>
      )}
      <div className={s['halves']}>
        <div>
          <EnterpriseSection detail={detail} />
          {detail.kind !== 'revoke' && (
            <>
              <FormSections
                form={form}
                type={type}
                editable={editable}
                issues={issues.length > 0 ? issues : open}
                onChange={change}
                onType={setType}
              />
              <Papers detail={detail} editable={editable} before={save} />
            </>
          )}
        </div>
        <aside>
          <Section title="经过">
            <Timeline entries={detail.history} />
          </Section>
          {detail.state === 'issued' && exporter && (
            <p className={s['links']}>
              {me.keyOffice === null && <Link to={paths.keyCard()}>我的IC卡</Link>}
              <Link to={paths.keyCheck()}>钥匙体检</Link>
            </p>
          )}
        </aside>
      </div>
      {making && <MakeKeyDialog detail={detail} onLeave={() => setMaking(false)} onMade={made} />}
      {signing && (
        <KeyDialog
          code13={detail.code13}
          onOpened={(key) => void renew(key)}
          onClose={() => setSigning(false)}
        />
      )}
    </>
  )
}

/** Saving is the page's own button; revocation is done at the key. */
const notButtons: ReadonlySet<string> = new Set(['save', 'revoke', 'revoke_by_officer'])

function EnterpriseSection({ detail }: { detail: KeyRequestDetail }) {
  const { enterprise, old } = detail
  return (
    <Section title="企业" note="由登记资料带入">
      <dl className={s['facts']}>
        <Pair label="企业名称">{enterprise.name}</Pair>
        <Pair label="企业代码">{enterprise.code13}</Pair>
        <Pair label="统一社会信用代码">{enterprise.uscc}</Pair>
        <Pair label="企业注册经营地址">
          {enterprise.address === '' ? `${enterprise.region}${enterprise.city ?? ''}` : enterprise.address}
        </Pair>
        <Pair label="核实情况">{enterprise.verified ? '已核实' : '尚未核实，批准时核实'}</Pair>
        <Pair label="登录许可证申领系统的用户名">
          {detail.loginName}
          {detail.opensAccount && '（签发时开通）'}
        </Pair>
        <Pair label="请求时间">
          <Instant at={detail.createdAt} />
        </Pair>
        {old !== null && (
          <Pair label={detail.kind === 'revoke' ? '吊销的电子钥匙' : '原电子钥匙'}>
            {old.serial}，{old.revokedAt === null ? `有效期至 ${dayOf(new Date(old.notAfter))}` : '已注销'}
          </Pair>
        )}
        {detail.reason !== null && <Pair label="原因">{detail.reason}</Pair>}
        {detail.certificateSerial !== null && (
          <Pair label="新证书序列号">{shown(detail.certificateSerial)}</Pair>
        )}
      </dl>
    </Section>
  )
}

type FieldName = keyof typeof keyFields
const namesOf = (table: object) => Object.keys(table).filter((name): name is FieldName => name in keyFields)
const lists: Partial<Record<FieldName, Readonly<Record<string, string>>>> = {
  gender: genders,
  identityType: identityTypes,
}
const serviceNames = Object.keys(wantedServices).filter(
  (name): name is WantedService => name in wantedServices,
)

function FormSections({
  form,
  type,
  editable,
  issues,
  onChange,
  onType,
}: {
  form: KeyForm
  type: CertificateType
  editable: boolean
  issues: readonly Issue[]
  onChange: (values: Partial<KeyForm>) => void
  onType: (type: CertificateType) => void
}) {
  const error = (path: string) =>
    issues.find((issue) => issue.path === path && issue.rule !== 'required')?.words
  const one = (name: FieldName) => {
    const list = lists[name]
    if (!editable) {
      return (
        <Pair key={name} label={keyFields[name].label}>
          {shown(list === undefined ? form[name] : (list[form[name]] ?? form[name]))}
        </Pair>
      )
    }
    if (list === undefined) {
      return (
        <Field
          key={name}
          field={keyFields[name]}
          path={name}
          value={form[name]}
          error={error(name)}
          onChange={(value) => onChange({ [name]: value })}
        />
      )
    }
    return (
      <Choice
        key={name}
        label={keyFields[name].label}
        path={name}
        value={form[name]}
        choices={Object.entries(list).map(([value, words]) => ({ value, words }))}
        onChange={(value) => onChange({ [name]: value })}
      />
    )
  }
  const Grid = editable ? 'div' : 'dl'
  return (
    <>
      <Section title="用户基本信息">
        <Grid className={s['grid']}>{namesOf(applicantFields).map(one)}</Grid>
      </Section>
      <Section title="用户联系方式">
        <Grid className={s['grid']}>{namesOf(contactFields).map(one)}</Grid>
      </Section>
      <Section title="证书类型和业务">
        {editable ? (
          <>
            <div className={s['grid']}>
              <Choice
                label="证书类型"
                path="certificateType"
                none={null}
                value={type}
                choices={Object.entries(certificateTypes).map(([value, words]) => ({ value, words }))}
                onChange={(value) => isCertificateType(value) && onType(value)}
              />
            </div>
            <fieldset className={s['services']} id="field-services">
              <legend>需要开通的业务</legend>
              {serviceNames.map((name) => (
                <label key={name}>
                  <input
                    type="checkbox"
                    checked={form.services.includes(name)}
                    onChange={(event) =>
                      onChange({
                        services: serviceNames.filter((each) =>
                          each === name ? event.target.checked : form.services.includes(each),
                        ),
                      })
                    }
                  />
                  {wantedServices[name]}
                </label>
              ))}
            </fieldset>
          </>
        ) : (
          <dl className={s['grid']}>
            <Pair label="证书类型">{certificateTypes[type]}</Pair>
            <Pair label="需要开通的业务" wide>
              {shown(form.services.map((name) => wantedServices[name]).join('、'))}
            </Pair>
          </dl>
        )}
      </Section>
    </>
  )
}
