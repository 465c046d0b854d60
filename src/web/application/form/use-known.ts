/** What the rules need to know, read for an opened form and handed to its store as it comes in. */
import { useEffect, useMemo } from 'react'
import { useQueries, useQuery } from '@tanstack/react-query'
import type { ApplicationDetail } from '#api/application.ts'
import { usualChoices } from '#domain/application/check-facts.ts'
import { applicationTable, contractSheetTable } from '#domain/application/form.ts'
import { codeSource } from '#ui/code-source.ts'
import { wholeList } from '#ui/lookup-source.ts'
import { useMe } from '#ui/session.ts'
import { goodsQuery } from '../queries.ts'
import type { CodeWords, Known } from './facts.ts'
import type { FormStore } from './store.ts'

/** Every code list the form and its sheet choose from. */
export const listNames: readonly string[] = [
  ...new Set(
    [...Object.values(applicationTable), ...Object.values(contractSheetTable)].flatMap((field) =>
      field.kind === 'code' && field.list !== 'commodity' ? [field.list] : [],
    ),
  ),
  'coke_spec',
]

export type CodeLists = ReadonlyMap<string, ReadonlyMap<string, CodeWords>>

/** The code lists by name and code, as far as they are read. */
export function useCodeLists(): CodeLists {
  return useQueries({
    queries: listNames.map((list) => wholeList(codeSource(list))),
    combine: combined,
  })
}

function combined(
  reads: {
    data:
      | readonly { code: string; name: string; gone?: boolean | undefined; refused?: string | undefined }[]
      | undefined
  }[],
): CodeLists {
  return new Map(
    reads.flatMap(({ data }, index): [string, ReadonlyMap<string, CodeWords>][] => {
      const list = listNames[index]
      if (data === undefined || list === undefined) return []
      return [
        [
          list,
          new Map(
            data.map((choice) => [
              choice.code,
              { name: choice.name, usable: choice.gone !== true && choice.refused === undefined },
            ]),
          ),
        ],
      ]
    }),
  )
}

/** Facts to begin with, before anything else is read. */
export function knownAtFirst(
  me: ReturnType<typeof useMe>,
  detail: Pick<ApplicationDetail, 'goods' | 'choices' | 'attachments' | 'attachmentNeeds'> | undefined,
): Known {
  return {
    today: me.today,
    exporter: {
      code13: me.enterprise?.code13 ?? '',
      uscc: me.enterprise?.uscc ?? '',
      name: me.enterprise?.name ?? '',
      ...(me.enterprise === null ? {} : { region: me.enterprise.region }),
    },
    goods: detail?.goods ?? undefined,
    choices: detail?.choices ?? usualChoices,
    lists: new Map(),
    usdRates: undefined,
    firstApplication: isFirst(detail?.attachmentNeeds ?? []),
    files: detail?.attachments ?? [],
  }
}

/** Only a first application must bring the business licence (出口许可证签发工作规范 第五条). */
const isFirst = (needs: readonly { code: string; required: boolean }[]) =>
  needs.some((need) => need.code === 'LICENCE_BUSINESS' && need.required)

/** Keeps the store's facts up to date. `quotaYear` and `hsCode` as they stand in the form now. */
export function useLearning(
  store: FormStore,
  detail: ApplicationDetail | undefined,
  { quotaYear, hsCode }: { quotaYear: string; hsCode: string },
): void {
  const me = useMe()
  const lists = useCodeLists()
  const { data, isError } = useQuery(goodsQuery(quotaYear, hsCode))
  const known = useMemo((): Known => {
    const first = knownAtFirst(me, detail)
    const same = first.goods?.hsCode === hsCode
    return {
      ...first,
      lists,
      goods: data?.goods ?? (same && !isError ? first.goods : undefined),
      choices: data?.choices ?? first.choices,
      usdRates: data?.usdRates,
      firstApplication: detail === undefined ? isFirst(data?.attachmentNeeds ?? []) : first.firstApplication,
    }
  }, [me, detail, lists, data, isError, hsCode])
  useEffect(() => store.learn(known), [store, known])
}
