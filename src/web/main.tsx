import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { ConfigProvider } from 'antd'
import zhCN from 'antd/es/locale/zh_CN'
import '#ui/base.css'
import { queryClient } from '#ui/query-client.ts'
import { applyDensity } from '#ui/density.ts'
import { applyPalette, theme } from '#ui/theme.ts'
import { newRouter } from './routes.ts'

applyPalette(document.documentElement)
applyDensity()

const router = newRouter()
const root = document.getElementById('root')
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <ConfigProvider locale={zhCN} theme={theme} button={{ autoInsertSpace: false }}>
          <RouterProvider router={router} />
        </ConfigProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
}
