import { lazy, Suspense, type ReactNode } from 'react'
import { Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { downloadLicence, type LicenceDetail } from '#api/licence.ts'
import { printedCode } from '#domain/licence/document.ts'
import { fingerprint } from '#domain/seal/content.ts'
import { urlOf } from '#ui/call.ts'
import { Pair } from '#ui/FormView.tsx'
import { CopyButton, DayText, PaperNo } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMay } from '#ui/session.ts'
import { Timeline } from '#ui/Timeline.tsx'
import { useSlow } from '#ui/use-slow.ts'
import { Notice, StateWord } from '#ui/Words.tsx'
import { PageBones } from '../application/Bones.tsx'
import { NotRead } from '../application/NotRead.tsx'
import { licenceTone } from '../application/tone.ts'
import { LicenceCustoms } from '../customs/LicenceCustoms.tsx'
import { licenceQuery } from './queries.ts'
import { Chain, Requests } from './Requests.tsx'
import s from './Licence.module.css'

/** The renderer is large and wanted only where a licence is looked at. */
const FileView = lazy(async () => ({ default: (await import('#ui/document/FileView.tsx')).FileView }))

interface Officers {
  /** Address of the application's page. */
  applicationAt?: (id: string) => string
  /** Address of another licence of its chain. */
  licenceAt?: (id: string) => string
  /** What officers may do with it, on top of the facts. */
  beside?: (licence: LicenceDetail) => ReactNode
  /** What stands in place of the licence's sheet while there is none. */
  before?: (licence: LicenceDetail) => ReactNode
  /** Whether it is about to change by itself: read again each second. */
  watch?: (licence: LicenceDetail) => boolean
}

/** 电子许可证: the sheet itself, and beside it state, balance, customs, downloads, verification, history. */
export function LicencePage(officers: Officers) {
  const { id = '' }: { id?: string } = useParams({ strict: false })
  const read = useQuery({
    ...licenceQuery(id),
    refetchInterval: ({ state }) =>
      state.data !== undefined && officers.watch?.(state.data) === true ? 1_000 : false,
  })
  const slow = useSlow(read.isPending)
  if (read.data !== undefined) return <Licence key={id} licence={read.data} {...officers} />
  return (
    <>
      <PageTitle title="电子许可证" />
      {read.error !== null && (
        <NotRead
          error={read.error}
          onRetry={() => void read.refetch()}
          next={<Link to={paths.licences()}>打开查看电子许可证</Link>}
        />
      )}
      {slow && <PageBones label="正在读取许可证" side={320} />}
    </>
  )
}

function Licence({
  licence,
  applicationAt = paths.application,
  licenceAt = paths.licence,
  beside,
  before,
}: Officers & { licence: LicenceDetail }) {
  const mayDownload = useMay('licence.download')
  const saveUrl = urlOf(downloadLicence, { params: { id: licence.id } })
  const showUrl = urlOf(downloadLicence, { params: { id: licence.id }, query: { show: '1' } })
  const name = `出口许可证${licence.licenceNo}.pdf`
  return (
    <>
      <PageTitle
        title="电子许可证"
        number={<PaperNo value={licence.licenceNo} what="许可证号" copy />}
        state={<StateWord tone={licenceTone(licence.state)}>{licence.stateLabel}</StateWord>}
      >
        {licence.documentReady && mayDownload && (
          <Button type="primary" href={saveUrl} download={name}>
            下载电子许可证
          </Button>
        )}
      </PageTitle>
      <div className={s['page']}>
        <div className={s['sheet']}>
          {licence.documentReady && mayDownload ? (
            <Suspense fallback={<p className={s['waiting']}>正在打开许可证…</p>}>
              <FileView file={{ key: licence.id, name, mediaType: 'application/pdf', showUrl, saveUrl }} />
            </Suspense>
          ) : !licence.documentReady && before !== undefined ? (
            <Suspense fallback={null}>{before(licence)}</Suspense>
          ) : (
            <div className={s['waiting']}>
              <Notice>
                {licence.documentReady
                  ? '您的账号不能查看许可证正本。'
                  : '电子许可证还没有生成，发证机构生成后即可在这里查看和下载。'}
              </Notice>
            </div>
          )}
        </div>
        <aside>
          {beside?.(licence)}
          <Requests licence={licence} />
          <Facts licence={licence} applicationAt={applicationAt} />
          <Chain licence={licence} at={licenceAt} />
          <LicenceCustoms licence={licence} />
          {licence.documentReady && <Verify licence={licence} />}
          <Section title="经过">
            <Timeline entries={licence.history} />
          </Section>
        </aside>
      </div>
    </>
  )
}

function Facts({
  licence,
  applicationAt,
}: {
  licence: LicenceDetail
  applicationAt: (id: string) => string
}) {
  const { boxes } = licence
  return (
    <Section title="许可证">
      <dl className={s['facts']}>
        <Pair label="出口商">{boxes.exporterName}</Pair>
        {boxes.consignorCode !== boxes.exporterCode && <Pair label="发货人">{boxes.consignorName}</Pair>}
        <Pair label="商品">
          {boxes.goodsName}（{boxes.hsCode}）
        </Pair>
        <Pair label="发证日期">
          <DayText day={licence.issuedOn} />
        </Pair>
        <Pair label="有效期">
          {licence.validFrom === null ? (
            '—'
          ) : (
            <>
              <DayText day={licence.validFrom} /> 至 <DayText day={licence.expiryDate} />
            </>
          )}
        </Pair>
        <Pair label="使用方式">{licence.oneBatch ? '一批一证' : '非一批一证（最多 12 次）'}</Pair>
        <Pair label="发证机构">{boxes.authorityName}</Pair>
        <Pair label="申请表">
          <Link to={applicationAt(licence.applicationId)}>
            <PaperNo value={licence.applicationNo} />
          </Link>
        </Pair>
      </dl>
    </Section>
  )
}

function Verify({ licence }: { licence: LicenceDetail }) {
  return (
    <Section title="公开核验">
      <dl className={s['facts']}>
        <Pair label="核验地址">
          <a href={licence.verifyUrl} target="_blank" rel="noreferrer" className={s['url']}>
            {licence.verifyUrl}
          </a>{' '}
          <CopyButton text={licence.verifyUrl} what="核验地址" />
        </Pair>
        <Pair label="核验码">
          <PaperNo value={printedCode(licence.checkCode)} what="核验码" copy />
        </Pair>
        {licence.documentSha256 !== null && (
          <Pair label="文件摘要（SHA-256）">
            <span className={s['print']}>{fingerprint(licence.documentSha256)}</span>
          </Pair>
        )}
      </dl>
    </Section>
  )
}
