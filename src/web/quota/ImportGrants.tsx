import { useRef, useState } from 'react'
import { App, Button } from 'antd'
import { useMutation } from '@tanstack/react-query'
import { grantQuota, readGrants, type JudgedRow } from '#api/quota.ts'
import { batchKinds, mostFileBytes, mostRows, type BatchKind } from '#domain/quota/grant.ts'
import { sum } from '#domain/decimal.ts'
import { base64Of } from '#ui/base64.ts'
import { call } from '#ui/call.ts'
import { Quantity } from '#ui/Numbers.tsx'
import { Section } from '#ui/PageTitle.tsx'
import { attempts, type Attempts } from '#ui/request-id.ts'
import { Failed, Notice, shown } from '#ui/Words.tsx'
import { Choice } from './Choice.tsx'
import s from './Quota.module.css'

const kinds = (Object.keys(batchKinds) as BatchKind[]).map((value) => ({ value, words: batchKinds[value] }))

/** 按表下达: the file is read and judged row by row; only when every row is right can the whole be written. */
export function ImportGrants({ onDone }: { onDone: () => void }) {
  const { message } = App.useApp()
  const input = useRef<HTMLInputElement>(null)
  const [tries] = useState<Attempts>(() => attempts())
  const [kind, setKind] = useState<BatchKind>('grant')
  const read = useMutation({ mutationFn: (file: File) => judge(file, kind) })
  const write = useMutation({
    mutationFn: async ({ fileName, rows }: { fileName: string; rows: readonly JudgedRow[] }) => {
      const plain = rows.map(plainRow)
      return tries.run({ kind, fileName, plain }, (id) =>
        call(grantQuota, { body: { id, kind, fileName, rows: plain } }),
      )
    },
    onSuccess: (done) => {
      void message.success(`已写入 ${done.rows} 行`)
      read.reset()
      onDone()
    },
  })
  const found = read.data
  const wrong = found?.rows.filter((row) => row.problems.length > 0) ?? []
  const clear = () => {
    read.reset()
    write.reset()
  }
  return (
    <Section
      title="按表下达"
      note={`xlsx 或 csv，最多 ${mostRows} 行、${mostFileBytes / 1024} KB；全部正确才写入`}
    >
      <div className={s['filter']}>
        <Choice
          label="类别"
          path="import.kind"
          none={null}
          value={kind}
          choices={kinds}
          onChange={(value) => {
            if (value !== '') setKind(value)
            clear()
          }}
        />
        <input
          ref={input}
          type="file"
          accept=".xlsx,.csv"
          hidden
          aria-label="选择配额下达表"
          onChange={(event) => {
            const file = event.target.files?.[0]
            event.target.value = ''
            if (file === undefined) return
            clear()
            read.mutate(file)
          }}
        />
        <Button loading={read.isPending} onClick={() => input.current?.click()}>
          选择文件
        </Button>
        {found !== undefined && (
          <>
            <Button
              type="primary"
              disabled={wrong.length > 0}
              loading={write.isPending}
              onClick={() => write.mutate(found)}
            >
              写入 {found.rows.length} 行
            </Button>
            <Button onClick={clear}>放弃</Button>
          </>
        )}
      </div>
      {read.error !== null && <Failed error={read.error} />}
      {write.error !== null && <Failed error={write.error} />}
      {found !== undefined && (
        <>
          {wrong.length > 0 ? (
            <Notice kind="error">
              {found.fileName} 共 {found.rows.length} 行，其中 {wrong.length}{' '}
              行有误，没有写入任何一行。请改正文件后重新选择。
            </Notice>
          ) : (
            <Notice kind="success">
              {found.fileName} 共 {found.rows.length} 行，数量合计{' '}
              {sum(found.rows.map((row) => row.quantity))}
              ，可以写入。
            </Notice>
          )}
          <Judged rows={wrong.length > 0 ? wrong : found.rows} />
        </>
      )}
    </Section>
  )
}

const mostShown = 200

function Judged({ rows }: { rows: readonly JudgedRow[] }) {
  return (
    <div className={s['scroll']}>
      <table className={s['table']} aria-label="读到的各行">
        <thead>
          <tr>
            <th scope="col">行</th>
            <th scope="col">年度</th>
            <th scope="col">企业</th>
            <th scope="col">商品大类</th>
            <th scope="col">贸易方式</th>
            <th scope="col">进口国(地区)</th>
            <th scope="col">配额文号</th>
            <th scope="col" className={s['right']}>
              数量
            </th>
            <th scope="col" className={s['right']}>
              该账户已下达
            </th>
            <th scope="col">核对</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, mostShown).map((row) => (
            <tr key={row.line}>
              <td>{row.line}</td>
              <td>{shown(row.year)}</td>
              <td>{row.enterpriseName ?? shown(row.enterpriseCode)}</td>
              <td>
                {shown(row.categoryCode)} {row.goodsName}
              </td>
              <td>{shown(row.tradeModeName)}</td>
              <td>{shown(row.countryName)}</td>
              <td>{shown(row.docNo)}</td>
              <td className={s['right']}>
                {row.problems.length > 0 ? (
                  `${shown(row.quantity)} ${row.unit}`
                ) : (
                  <Quantity value={row.quantity} unit={row.unit} />
                )}
              </td>
              <td className={s['right']}>
                <Quantity value={row.existing} />
              </td>
              <td>
                {row.problems.length === 0 ? (
                  '正确'
                ) : (
                  <ul className={s['problems']}>
                    {row.problems.map((words) => (
                      <li key={words}>{words}</li>
                    ))}
                  </ul>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > mostShown && <p className={s['soft']}>只列出前 {mostShown} 行</p>}
    </div>
  )
}

const plainRow = (row: JudgedRow) => ({
  line: row.line,
  year: row.year,
  enterpriseCode: row.enterpriseCode,
  categoryCode: row.categoryCode,
  tradeMode: row.tradeMode,
  country: row.country,
  docNo: row.docNo,
  quantity: row.quantity,
  unit: row.unit,
})

/** Reads a file on this computer and has it judged by the server. */
async function judge(file: File, kind: BatchKind) {
  if (file.size > mostFileBytes) {
    throw new Error(`文件有 ${Math.ceil(file.size / 1024)} KB，最多 ${mostFileBytes / 1024} KB，请分批导入`)
  }
  const bytes = new Uint8Array(await file.arrayBuffer())
  const { rows } = await call(readGrants, { body: { kind, fileName: file.name, file: base64Of(bytes) } })
  return { fileName: file.name, rows }
}
