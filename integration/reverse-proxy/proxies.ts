import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { caddyfile, nginxConfiguration, type Places } from './documented.ts'
import { type ServerProcess, startProgram } from './server-process.ts'

/** Reverse proxies, configured as the page says. */
export const PROXIES: Readonly<Record<string, (places: Places) => Promise<ServerProcess>>> = {
  nginx: (places) =>
    startProgram({
      name: 'nginx',
      arguments(port, folder) {
        writeFileSync(join(folder, 'site.conf'), nginxConfiguration(port, places))
        writeFileSync(join(folder, 'nginx.conf'), around(folder))
        return ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')]
      },
    }),
  caddy: (places) =>
    startProgram({
      name: 'caddy',
      arguments(port, folder) {
        const file = join(folder, 'Caddyfile')
        writeFileSync(file, `{\n\tadmin off\n\tauto_https off\n}\n\n${caddyfile(port, places)}`)
        return ['run', '--config', file, '--adapter', 'caddyfile']
      },
    }),
}

/** What stands around a site in nginx, with everything nginx writes in one folder. */
function around(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  // Workers of root are somebody else, who may not look into the folder.
  const user = process.getuid?.() === 0 ? 'user root;\n' : ''
  return `${user}daemon off;
worker_processes 1;
pid ${folder}/pid;
error_log stderr;
events {}
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  include ${folder}/site.conf;
}
`
}
