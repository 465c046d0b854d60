import { useMemo, useState } from 'react'
import { Link, useRouter } from '@tanstack/react-router'
import type { Me } from '#api/account.ts'
import { chooseDensity, density, type Density } from '#ui/density.ts'
import { existing, menuOf } from './menu.ts'
import s from './Menu.module.css'

/** The menu of the left side. Folded it keeps the groups, each with its word; a click unfolds it. */
export function Menu({ me, folded, onUnfold }: { me: Me; folded: boolean; onUnfold: () => void }) {
  const router = useRouter()
  const groups = useMemo(() => existing(menuOf(me), router), [me, router])
  if (folded) {
    return (
      <nav id="menu" aria-label="主菜单" className={s['rail']}>
        {groups.map((group) => (
          <button key={group.label} type="button" aria-label={`展开菜单：${group.label}`} onClick={onUnfold}>
            {group.short}
          </button>
        ))}
      </nav>
    )
  }
  return (
    <nav id="menu" aria-label="主菜单" className={s['menu']}>
      {groups.map((group) => (
        <div key={group.label} role="group" aria-label={group.label}>
          <p className={s['group']}>{group.label}</p>
          <ul>
            {group.entries.map((entry) => (
              <li key={entry.to}>
                <Link
                  to={entry.to}
                  className={s['entry'] ?? ''}
                  activeProps={{ className: s['current'] ?? '', 'aria-current': 'page' }}
                  activeOptions={{ exact: true, includeSearch: false }}
                >
                  {entry.label}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <DensityChoice />
    </nav>
  )
}

function DensityChoice() {
  const [chosen, setChosen] = useState<Density>(density)
  return (
    <label className={s['density']}>
      表格行距
      <select
        value={chosen}
        onChange={(event) => {
          const next = event.target.value === 'compact' ? 'compact' : 'normal'
          setChosen(next)
          chooseDensity(next)
        }}
      >
        <option value="normal">标准</option>
        <option value="compact">紧凑</option>
      </select>
    </label>
  )
}
