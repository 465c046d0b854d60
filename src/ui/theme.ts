/**
 * Colours and sizes of every page, once: for antd, and as CSS variables for the pages' own style sheets.
 * Text on its ground has a contrast of at least 4.5 : 1.
 */
import type { ThemeConfig } from 'antd'

export const palette = {
  /** What can be done. */
  blue: '#1654b8',
  blueDark: '#0f3f8f',
  blueGround: '#eaf1fc',
  /** What is wrong, or final. */
  red: '#c1272d',
  redGround: '#fdeeee',
  /** Done. */
  green: '#1b7a3d',
  greenGround: '#eaf6ee',
  /** A warning that stops nothing. */
  amber: '#8a5300',
  amberGround: '#fff4e0',
  /** A field that must be filled in (manual 004: 黄底色字段为必填项). */
  required: '#fffbdb',
  requiredLine: '#d9c66a',
  /** A field the system fills in (manual 004: 灰色底色的字段为返填项). */
  filled: '#f0f1f3',
  text: '#1f2329',
  textSoft: '#5a6270',
  line: '#d8dce3',
  lineSoft: '#e8ebf0',
  ground: '#f5f6f8',
  white: '#ffffff',
} as const

const font =
  'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif'
const fixedFont =
  'ui-monospace, "SFMono-Regular", Menlo, Consolas, "Noto Sans Mono CJK SC", "DejaVu Sans Mono", monospace'

export const theme: ThemeConfig = {
  token: {
    colorPrimary: palette.blue,
    colorLink: palette.blue,
    colorLinkHover: palette.blueDark,
    colorLinkActive: palette.blueDark,
    colorInfo: palette.blue,
    colorError: palette.red,
    colorSuccess: palette.green,
    colorWarning: palette.amber,
    colorText: palette.text,
    colorTextSecondary: palette.textSoft,
    colorTextPlaceholder: '#636b78',
    colorTextDisabled: '#636b78',
    colorBorder: '#b9c0cb',
    colorBorderSecondary: palette.line,
    colorBgLayout: palette.ground,
    borderRadius: 3,
    fontSize: 14,
    fontFamily: font,
    controlHeight: 32,
    motion: false,
    wireframe: false,
  },
  components: {
    Table: {
      headerBg: '#eff1f5',
      headerColor: palette.text,
      headerSplitColor: 'transparent',
      rowHoverBg: '#f3f6fb',
      rowSelectedBg: palette.blueGround,
      rowSelectedHoverBg: palette.blueGround,
      borderColor: palette.lineSoft,
      headerBorderRadius: 0,
      cellPaddingInline: 10,
      cellPaddingBlock: 8,
    },
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
    Modal: { titleFontSize: 16 },
    Tabs: { horizontalMargin: '0' },
  },
}

/** Puts the palette where the pages' own style sheets find it. */
export function applyPalette(root: HTMLElement): void {
  for (const [name, colour] of Object.entries(palette)) root.style.setProperty(`--${name}`, colour)
  root.style.setProperty('--font', font)
  root.style.setProperty('--fixed-font', fixedFont)
}
