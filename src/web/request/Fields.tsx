/** The parts of a request's form: reason, quantity, changes beside what stands now, rows of the new licence, notice. */
import { Button } from 'antd'
import type { LicenceShown } from '#api/request.ts'
import { changeNames, changes, quotaWords, type ChangeName } from '#domain/amendment/changes.ts'
import { newQuantity } from '#domain/amendment/check.ts'
import { lineFields, mostLines, noticeFields, type AmendmentForm } from '#domain/amendment/form.ts'
import { formatDecimal } from '#domain/decimal.ts'
import type { DecimalField, TextField } from '#domain/fields.ts'
import type { Kind } from '#domain/request/states.ts'
import { Cell, Field } from '#ui/Field.tsx'
import { fieldId } from '#ui/field-id.ts'
import { classes } from '#ui/field-parts.ts'
import { Quantity } from '#ui/Numbers.tsx'
import { Section } from '#ui/PageTitle.tsx'
import { shown } from '#ui/Words.tsx'
import r from '../application/form/RowTable.module.css'
import { oldWordsOf } from './content.ts'
import s from './Request.module.css'

export type ErrorAt = (path: string) => string | undefined

const reasonField: TextField = {
  kind: 'text',
  label: '申请原因',
  max: 200,
  required: true,
  multiline: true,
}

export function Reason({
  value,
  errorAt,
  onChange,
}: {
  value: string
  errorAt: ErrorAt
  onChange: (value: string) => void
}) {
  return (
    <div className={s['reason']}>
      <Field field={reasonField} path="reason" value={value} error={errorAt('reason')} onChange={onChange} />
    </div>
  )
}

const grouped = (value: string) => formatDecimal(value, { grouping: true })

const quantityField: DecimalField = {
  kind: 'decimal',
  label: '核销数量',
  integerDigits: 9,
  fractionDigits: 4,
  required: true,
}

export function WriteOffQuantity({
  licence,
  value,
  errorAt,
  onChange,
}: {
  licence: LicenceShown
  value: string
  errorAt: ErrorAt
  onChange: (value: string) => void
}) {
  return (
    <div className={s['reason']}>
      <Field
        field={quantityField}
        path="writeOffQuantity"
        value={value}
        unit={licence.unit}
        error={errorAt('writeOffQuantity')}
        hint={`海关反馈 ${grouped(licence.usedQuantity)}，最多 ${grouped(licence.mostWrittenOff)}（含溢装）`}
        onChange={onChange}
      />
    </div>
  )
}

interface Part {
  licence: LicenceShown
  form: AmendmentForm
  errorAt: ErrorAt
  onChange: (form: AmendmentForm) => void
}

/** 更改内容: each thing that may be changed, what the old licence says, the new value, what it asks of the quota. */
export function Changes({ licence, form, errorAt, onChange }: Part) {
  const set = (name: ChangeName, value: string | undefined) => {
    const { [name]: _, ...others } = form.changes
    onChange({ ...form, changes: value === undefined ? others : { ...others, [name]: value } })
  }
  return (
    <Section title="更改内容" note="勾选要更改的项目，填写新内容；出口商和商品不能更改，请重新申领">
      <table className={s['changes']} id={fieldId('changes')} tabIndex={-1}>
        <thead>
          <tr>
            <th scope="col" className={s['what']}>
              更改项目
            </th>
            <th scope="col">原证</th>
            <th scope="col">新证</th>
            <th scope="col" className={s['quota']}>
              配额
            </th>
          </tr>
        </thead>
        <tbody>
          {changeNames.map((name) => {
            const { field, neutral } = changes[name]
            const value = form.changes[name]
            return (
              <tr key={name}>
                <th scope="row">
                  <label className={s['tick']}>
                    <input
                      type="checkbox"
                      checked={value !== undefined}
                      onChange={(event) => set(name, event.target.checked ? '' : undefined)}
                    />
                    {field.label}
                  </label>
                </th>
                <td className={s['old']}>{shown(oldWordsOf(licence, name))}</td>
                <td>
                  {value === undefined ? (
                    '不变'
                  ) : (
                    <Cell
                      field={field}
                      label={`新的${field.label}`}
                      path={`changes.${name}`}
                      value={value}
                      required
                      error={errorAt(`changes.${name}`)}
                      onChange={(typed) => set(name, typed)}
                    />
                  )}
                </td>
                <td className={classes(!neutral && value !== undefined && s['asks'])}>
                  {quotaWords(neutral)}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      <ErrorLine words={errorAt('changes')} />
    </Section>
  )
}

const columns = [
  { name: 'specGrade', title: '规格、等级' },
  { name: 'unitPrice', title: '单价' },
  { name: 'quantity', title: '数量' },
] as const

/** 新证规格型号: what the new licence carries, beside the rows of the old one. */
export function Lines({ kind, licence, form, errorAt, onChange }: Part & { kind: Kind }) {
  const { lines } = form
  const setLines = (next: AmendmentForm['lines']) => onChange({ ...form, lines: next })
  const blank = { specGrade: '', unitPrice: '', quantity: '' }
  return (
    <Section title="规格型号信息">
      <div className={s['rows']}>
        <OldLines licence={licence} />
        <div id={fieldId('lines')} tabIndex={-1}>
          <table className={r['table']}>
            <caption className="visually-hidden">新证的规格型号信息</caption>
            <thead>
              <tr>
                {columns.map(({ name, title }) => (
                  <th key={name} scope="col" className={name === 'specGrade' ? s['spec'] : undefined}>
                    新证{title}
                    {name === 'unitPrice' && `(${licence.boxes.currency})`}
                    {name === 'quantity' && `(${licence.unit})`}
                  </th>
                ))}
                <th scope="col" className={r['action']}>
                  操作
                </th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line, index) => (
                // Rows have no names of their own; their place is what the rules call them by.
                <tr key={String(index)}>
                  {columns.map(({ name, title }) => (
                    <td key={name}>
                      <Cell
                        field={lineFields[name]}
                        label={`第 ${index + 1} 行${title}`}
                        path={`lines.${index}.${name}`}
                        value={line[name]}
                        required={name !== 'specGrade'}
                        error={errorAt(`lines.${index}.${name}`)}
                        onChange={(value) =>
                          setLines(lines.map((one, at) => (at === index ? { ...one, [name]: value } : one)))
                        }
                      />
                    </td>
                  ))}
                  <td className={r['action']}>
                    <Button
                      type="link"
                      size="small"
                      danger
                      aria-label={`删除第 ${index + 1} 行`}
                      onClick={() => setLines(lines.filter((_, at) => at !== index))}
                    >
                      删除
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <div className={r['under']}>
            <Button
              size="small"
              disabled={lines.length >= mostLines}
              onClick={() => setLines([...lines, blank])}
            >
              增加一行规格
            </Button>
            <span className={r['note']}>最多 {mostLines} 行</span>
          </div>
        </div>
      </div>
      <p className={s['total']}>
        <span>
          原证未使用 <Quantity value={licence.unusedQuantity} unit={licence.unit} />
        </span>
        <span>
          新证合计 <Quantity value={safeTotal(form)} unit={licence.unit} />
        </span>
      </p>
      {kind === 'amendment' && (
        <label className={s['tick']} id={fieldId('changeQuantity')} tabIndex={-1}>
          <input
            type="checkbox"
            checked={form.changeQuantity}
            onChange={(event) => onChange({ ...form, changeQuantity: event.target.checked })}
          />
          <span>更改数量（新证数量与未使用数量不同，{quotaWords(false)}）</span>
        </label>
      )}
      <ErrorLine words={errorAt('changeQuantity')} />
      <ErrorLine words={errorAt('lines')} />
    </Section>
  )
}

/** Rows that hold no number yet count as nothing. */
function safeTotal(form: AmendmentForm): string {
  const numbers = form.lines.filter((line) => /^\d+(\.\d+)?$/.test(line.quantity))
  return newQuantity({ ...form, lines: numbers })
}

export function OldLines({ licence }: { licence: LicenceShown }) {
  return (
    <div>
      <table className={s['changes']}>
        <caption className="visually-hidden">原证的规格型号信息</caption>
        <thead>
          <tr>
            <th scope="col">原证规格、等级</th>
            <th scope="col" className={s['number']}>
              原证单价({licence.boxes.currency})
            </th>
            <th scope="col" className={s['number']}>
              原证数量({licence.unit})
            </th>
          </tr>
        </thead>
        <tbody>
          {licence.boxes.lines.map((line, index) => (
            <tr key={String(index)}>
              <td className={s['old']}>{shown(line.spec)}</td>
              <td className={classes(s['old'], s['number'])}>
                <Quantity value={line.unitPrice} />
              </td>
              <td className={classes(s['old'], s['number'])}>
                <Quantity value={line.quantity} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** 遗失声明: where and when it was published. */
export function LossNotice({ form, errorAt, onChange }: Omit<Part, 'licence'>) {
  const set = (change: Partial<AmendmentForm['notice']>) =>
    onChange({ ...form, notice: { ...form.notice, ...change } })
  return (
    <Section title="遗失声明" note="遗失后应立即向发证机构和报关口岸海关报告，并在全国性经济类报刊登声明">
      <div className={classes(s['pair'], s['reason'])}>
        <Field
          field={noticeFields.newspaper}
          path="notice.newspaper"
          value={form.notice.newspaper}
          required
          error={errorAt('notice.newspaper')}
          onChange={(newspaper) => set({ newspaper })}
        />
        <Field
          field={noticeFields.publishedOn}
          path="notice.publishedOn"
          value={form.notice.publishedOn}
          required
          error={errorAt('notice.publishedOn')}
          onChange={(publishedOn) => set({ publishedOn })}
        />
      </div>
    </Section>
  )
}

const ErrorLine = ({ words }: { words: string | undefined }) =>
  words === undefined ? null : (
    <p className={r['error']} role="alert">
      {words}
    </p>
  )
