import { Link } from '@tanstack/react-router'
import { downloadLicence, type LicenceRow } from '#api/licence.ts'
import { urlOf } from '#ui/call.ts'
import type { Column } from '#ui/DataTable.tsx'
import { DayText, PaperNo, Quantity } from '#ui/Numbers.tsx'
import { paths } from '#ui/paths.ts'
import { StateWord } from '#ui/Words.tsx'
import { licenceTone } from '../application/tone.ts'

/** Licences as officers and auditors list them. */
export const issuedColumns: readonly Column<LicenceRow>[] = [
  {
    key: 'number',
    title: '许可证号',
    width: 110,
    sorts: true,
    render: (row) => (
      <Link to={paths.authorityLicence(row.id)}>
        <PaperNo value={row.licenceNo} />
      </Link>
    ),
  },
  { key: 'exporter', title: '企业', width: 170, cut: true, render: (row) => row.exporterName },
  { key: 'goods', title: '商品', width: 136, cut: true, render: (row) => row.goodsName },
  {
    key: 'quantity',
    title: '数量',
    width: 126,
    align: 'right',
    render: (row) => <Quantity value={row.quantity} unit={row.goodsUnit} />,
  },
  { key: 'country', title: '进口国', width: 76, cut: true, render: (row) => row.destinationName },
  { key: 'issued', title: '发证日期', width: 98, render: (row) => <DayText day={row.issuedOn} /> },
  { key: 'expiry', title: '有效截止日期', width: 106, render: (row) => <DayText day={row.expiryDate} /> },
  {
    key: 'state',
    title: '状态',
    width: 84,
    render: (row) => <StateWord tone={licenceTone(row.state)}>{row.stateLabel}</StateWord>,
  },
  { key: 'customs', title: '海关状态', width: 86, render: (row) => row.customsState },
  {
    key: 'document',
    title: '电子许可证',
    width: 96,
    render: (row) =>
      row.documentReady ? (
        <a
          href={urlOf(downloadLicence, { params: { id: row.id } })}
          download
          aria-label={`下载电子许可证 ${row.licenceNo}`}
        >
          下载
        </a>
      ) : (
        '—'
      ),
  },
]
