import { useState, type FormEvent } from 'react'
import { Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { createApplication } from '#api/application.ts'
import type { Commodity } from '#api/reference.ts'
import { preEntryFields } from '#domain/application/form.ts'
import { missing, type Issue } from '#domain/fields.ts'
import { openYears } from '#domain/licence/validity.ts'
import { call, CallFailed } from '#ui/call.ts'
import { commoditySource, isCommodityChoice } from '#ui/code-source.ts'
import { ErrorSummary } from '#ui/ErrorSummary.tsx'
import { Field } from '#ui/Field.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { attempts } from '#ui/request-id.ts'
import { useMay, useMe, useToday } from '#ui/session.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { YearSelect } from './form/YearField.tsx'
import { GoodsPicker } from './GoodsPicker.tsx'
import { newApplicationId } from './new-id.ts'
import { goodsQuery, ownEnterpriseQuery, useStale } from './queries.ts'
import { newContent, usualTradeMode, type PreEntry } from './start.ts'
import s from './PreEntry.module.css'

/** 录入申请: what has to be settled before the form opens (预录入, manuals 000 and 004). */
export function PreEntryPage() {
  const may = useMay('application.create')
  if (may) return <PreEntryForm />
  return (
    <>
      <PageTitle title="录入申请" />
      <Notice>您的账号不能录入申请表。如需录入，请由本企业的录入员或盖章上报员操作。</Notice>
    </>
  )
}

function PreEntryForm() {
  const me = useMe()
  const today = useToday()
  const years = openYears(today).map(String)
  const [values, setValues] = useState<PreEntry>({
    quotaYear: years[0] ?? '',
    hsCode: '',
    customsPort: '',
    tradeMode: usualTradeMode,
    destinationCountry: '',
  })
  const [commodity, setCommodity] =
    useState<Pick<Commodity, 'hsCode' | 'name' | 'unitName' | 'categoryCode'>>()
  const [picking, setPicking] = useState(false)
  const [tried, setTried] = useState(false)
  const { create, running, failed } = useCreate()
  const set = (name: keyof PreEntry) => (value: string) =>
    setValues((before) => ({ ...before, [name]: value }))

  const issues = missing(preEntryFields, values)
  const refused: readonly Issue[] = failed instanceof CallFailed ? (failed.failure.issues ?? []) : []
  const wordsAt = (path: string) =>
    refused.find((issue) => issue.path === path || issue.path.endsWith(`.${path}`))?.words ??
    (tried ? issues.find((issue) => issue.path === path)?.words : undefined)

  function next(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (issues.length === 0) void create(values, me.account.personName)
  }
  return (
    <form onSubmit={next} noValidate>
      <PageTitle title="录入申请" note="先选定商品和口岸，下一步填写申请表">
        <Button type="primary" htmlType="submit" loading={running}>
          下一步
        </Button>
      </PageTitle>
      {tried && <ErrorSummary issues={issues} />}
      {failed !== undefined && (
        <div className={s['failed']}>
          <Failed error={failed} />
        </div>
      )}
      <Section title="预录入" note="黄底色字段为必填项">
        <p className={s['kind']}>
          当前为 <strong>电子版</strong> 许可证申请表
        </p>
        <div className={s['grid']}>
          <YearSelect
            years={years}
            value={values.quotaYear}
            error={wordsAt('quotaYear')}
            onChange={(year) => {
              setCommodity(undefined)
              setValues((before) => ({ ...before, quotaYear: year, hsCode: '' }))
            }}
          />
          <div className={s['goods']}>
            <div className={s['code']}>
              <Field
                field={preEntryFields.hsCode}
                path="hsCode"
                value={values.hsCode}
                required
                hint="按代码、拼音或汉字检索，或点“查找”"
                source={commoditySource(Number(values.quotaYear))}
                codeName={commodity?.hsCode === values.hsCode ? commodity.name : undefined}
                error={wordsAt('hsCode')}
                onChange={set('hsCode')}
                onChoose={(choice) =>
                  setCommodity(
                    choice !== undefined && isCommodityChoice(choice) ? choice.commodity : undefined,
                  )
                }
              />
              <Button className={s['find'] ?? ''} onClick={() => setPicking(true)}>
                查找
              </Button>
            </div>
            {commodity !== undefined && (
              <p className={s['about']}>
                商品大类码 {commodity.categoryCode} · 计量单位 {commodity.unitName}
              </p>
            )}
          </div>
          <Field
            field={preEntryFields.customsPort}
            path="customsPort"
            value={values.customsPort}
            required
            hint="按空格键检索、支持模糊查询"
            error={wordsAt('customsPort')}
            onChange={set('customsPort')}
          />
          <Field
            field={preEntryFields.tradeMode}
            path="tradeMode"
            value={values.tradeMode}
            required
            error={wordsAt('tradeMode')}
            onChange={set('tradeMode')}
          />
          <Field
            field={preEntryFields.destinationCountry}
            path="destinationCountry"
            value={values.destinationCountry}
            required
            error={wordsAt('destinationCountry')}
            onChange={set('destinationCountry')}
          />
          <Field
            field={{ kind: 'text', label: '许可证种类', max: 20 }}
            path="licenceForm"
            value="电子版"
            filled
            hint="只办理电子许可证"
          />
        </div>
      </Section>
      {picking && (
        <GoodsPicker
          year={Number(values.quotaYear)}
          chosen={values.hsCode}
          onClose={() => setPicking(false)}
          onChoose={(chosen) => {
            setPicking(false)
            setCommodity(chosen)
            set('hsCode')(chosen.hsCode)
          }}
        />
      )}
    </form>
  )
}

/** Makes the draft; pressed again because no answer came, it goes out under the same id and comes to be once. */
function useCreate() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const stale = useStale()
  const [tries] = useState(() => attempts(() => newApplicationId(Date.now())))
  const [running, setRunning] = useState(false)
  const [failed, setFailed] = useState<unknown>()
  async function create(values: PreEntry, personName: string) {
    setRunning(true)
    setFailed(undefined)
    try {
      const [enterprise, goods] = await Promise.all([
        client.fetchQuery(ownEnterpriseQuery),
        client.fetchQuery(goodsQuery(values.quotaYear, values.hsCode)),
      ])
      const { form, contractSheet } = newContent(values, enterprise, {
        issuingAuthority: goods.issuingAuthority,
        personName,
      })
      const made = await tries.run(values, (id) =>
        call(createApplication, { body: { id, form, contractSheet } }),
      )
      stale()
      await navigate({ to: paths.applicationForm(made.id) })
    } catch (error) {
      setFailed(error)
      setRunning(false)
    }
  }
  return { create, running, failed }
}
