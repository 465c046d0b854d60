import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { emptyContractSheet, wholeContractSheet } from '#domain/application/form.ts'
import { blockFields, sheetBlocks } from '#domain/application/words.ts'
import { classes } from '#ui/field-parts.ts'
import { fieldId } from '#ui/field-id.ts'
import { Section } from '#ui/PageTitle.tsx'
import { ownEnterpriseQuery } from '../queries.ts'
import { fieldAt, sheetPath } from './content.ts'
import { FilledField, FormField } from './FormField.tsx'
import { requiredInSheet, sectionId, sections } from './sections.ts'
import { useForm, useKnown, usePart } from './store.ts'
import s from './Form.module.css'

/** The sheet's four blocks (manual 004 合同信息). Block 3 is needed only where another enterprise consigns the goods. */
export function SheetSection() {
  const begun = usePart((store) => store.content().contractSheet !== null)
  return (
    <Section
      id={sectionId('sheet')}
      title={sections.sheet}
      note="申请表合同信息表，与申请表一并盖章"
      action={begun ? <TakeEnterprise /> : undefined}
    >
      {begun ? sheetBlocks.map((block) => <Block key={block.title} block={block} />) : <Begin />}
    </Section>
  )
}

function Begin() {
  const store = useForm()
  const { data } = useQuery(ownEnterpriseQuery)
  return (
    <div className={s['begin']} id={fieldId('contractSheet')} tabIndex={-1}>
      <p>还没有填写合同信息表。没有合同信息表的申请表不能盖章。</p>
      <Button
        type="primary"
        onClick={() => {
          const sheet = wholeContractSheet({ ...emptyContractSheet, ...data?.info })
          store.replace({ ...store.content(), contractSheet: sheet })
        }}
      >
        填写合同信息表
      </Button>
    </div>
  )
}

/** Block 1 comes from 申请企业信息; what was changed there since is taken over on request. */
function TakeEnterprise() {
  const store = useForm()
  const { data } = useQuery(ownEnterpriseQuery)
  if (data === undefined) return null
  const filled = Object.entries(data.info).filter(([, value]) => value !== '')
  if (filled.length === 0) return null
  return (
    <Button
      size="small"
      onClick={() =>
        store.setAll(Object.fromEntries(filled.map(([name, value]) => [sheetPath(name), value])))
      }
    >
      重新带入申请企业信息
    </Button>
  )
}

function Block({ block }: { block: (typeof sheetBlocks)[number] }) {
  const { exporter } = useKnown()
  const agency = usePart((store) => {
    const { consignorCode } = store.content().form
    return consignorCode !== '' && consignorCode !== exporter.code13
  })
  const own = block === sheetBlocks[0]
  const third = block === sheetBlocks[2]
  return (
    <fieldset className={s['blockOf']}>
      <legend className={s['sub']}>
        {block.title}
        {third && (
          <span className={s['legendNote']}>
            {agency ? '发货人不是出口商，须填写' : '发货人即出口商，可不填'}
          </span>
        )}
      </legend>
      <div className={s['grid']}>
        {own && (
          <>
            <FilledField name="filled.sheetCode" label="企业代码" value={exporter.code13} />
            <FilledField name="filled.sheetName" label="企业名称" value={exporter.name} />
            <FilledField name="filled.sheetUscc" label="统一社会信用代码" value={exporter.uscc} />
          </>
        )}
        {blockFields(block).map((name) => (
          <div key={name} className={classes(isWide(name) && s['whole'])}>
            <FormField path={sheetPath(name)} required={requiredInSheet(name, agency)} />
          </div>
        ))}
      </div>
    </fieldset>
  )
}

function isWide(name: string): boolean {
  const field = fieldAt(sheetPath(name))
  return field?.kind === 'text' && (field.multiline === true || field.max >= 500)
}
