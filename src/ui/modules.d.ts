declare module '*.css' {
  const classes: Readonly<Record<string, string>>
  // oxlint-disable-next-line import/no-default-export -- Vite gives the class names of a *.module.css so
  export default classes
}

declare module '*.svg' {
  const address: string
  // oxlint-disable-next-line import/no-default-export -- Vite gives the address of a file so
  export default address
}

declare module 'antd/es/locale/zh_CN' {
  import type { ConfigProviderProps } from 'antd'
  const words: NonNullable<ConfigProviderProps['locale']>
  // oxlint-disable-next-line import/no-default-export -- antd gives its words so
  export default words
}

declare module '*?url' {
  const address: string
  // oxlint-disable-next-line import/no-default-export -- Vite gives the address of a file so
  export default address
}
