/** Builds the pages into dist/web; in development serves them and hands /api and the like to the server. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const outDir = join(import.meta.dirname, 'dist/web')
const server = process.env['SERVER'] ?? 'http://127.0.0.1:3000'

/** Below this a compressed copy saves less than it costs to choose it. */
const worthCompressing = 1024

/** Writes .br and .gz beside every text file, for the server's `preCompressed`. */
function preCompress(): Plugin {
  return {
    name: 'pre-compress',
    apply: 'build',
    closeBundle() {
      for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(js|css|html|svg|mjs|json)$/.test(entry.name)) continue
        const path = join(entry.parentPath, entry.name)
        const bytes = readFileSync(path)
        if (bytes.length < worthCompressing) continue
        writeFileSync(`${path}.br`, brotliCompressSync(bytes))
        writeFileSync(`${path}.gz`, gzipSync(bytes))
      }
    },
  }
}

const pdfjs = join(import.meta.dirname, 'node_modules/pdfjs-dist')

/**
 * What pdf.js asks for while it shows a file: character maps and fonts of texts that bring none (Chinese PDFs often do
 * not), and the decoder of JPEG 2000 without WebAssembly. Under the version, as the browser keeps them for good.
 */
function pdfFiles(): Plugin {
  const { version }: { version: string } = JSON.parse(readFileSync(join(pdfjs, 'package.json'), 'utf8'))
  const base = `assets/pdfjs-${version}/`
  const names = ['cmaps', 'standard_fonts']
    .flatMap((folder) => readdirSync(join(pdfjs, folder)).map((name) => `${folder}/${name}`))
    .concat('wasm/openjpeg_nowasm_fallback.js')
  return {
    name: 'pdf-files',
    generateBundle() {
      for (const name of names) {
        this.emitFile({ type: 'asset', fileName: base + name, source: readFileSync(join(pdfjs, name)) })
      }
    },
    configureServer(dev) {
      dev.middlewares.use(`/${base}`, (request, response, next) => {
        const name = names.find((each) => `/${each}` === request.url)
        if (name === undefined) return next()
        if (name.endsWith('.js')) response.setHeader('content-type', 'text/javascript')
        response.end(readFileSync(join(pdfjs, name)))
      })
    },
  }
}

export default defineConfig({
  root: join(import.meta.dirname, 'src/web'),
  plugins: [react(), pdfFiles(), preCompress()],
  build: {
    outDir,
    emptyOutDir: true,
    assetsDir: 'assets',
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    chunkSizeWarningLimit: 1200,
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(['/api', '/pki', '/demo', '/healthz', '/readyz'].map((path) => [path, server])),
  },
})
