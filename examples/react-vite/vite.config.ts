import react from '@vitejs/plugin-react'
import { defineConfig, loadEnv } from 'vite'

export default defineConfig(({ mode }) => {
  const { API_URL, CLERK_FAPI_URL } = loadEnv(mode, '.', '')
  return {
    plugins: [react()],
    server: {
      proxy: {
        '/api': API_URL,
        '/__clerk': { target: CLERK_FAPI_URL, rewrite: (path) => path.replace('/__clerk', '') },
      },
    },
  }
})
