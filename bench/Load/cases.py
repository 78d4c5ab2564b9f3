"""What is measured: the cases with their configurations and the limits they are held to."""
BROWSER = ["User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
           "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Language: en-US,en;q=0.5",
           "Accept-Encoding: gzip, deflate, br", "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; consent=1",
           "Upgrade-Insecure-Requests: 1", "Sec-Fetch-Dest: document", "Sec-Fetch-Mode: navigate", "Cache-Control: max-age=0"]


class Case:
    """path: what is asked for; cpu: highest ratio of CPU per request to the first proxy's; floor: to the relay's; p99, rps: the same for these.
    handshakes: "new" or "reuse", connections by openssl s_time instead of wrk, which never resumes a session."""

    def __init__(self, path, lines, headers=(), tls=False, cpu=None, floor=None, p99=None, rps=None, threads=1, nginx=False, relay=False, bulk=False,
                 handshakes=None):
        self.path, self.lines, self.headers, self.tls = path, lines, list(headers), tls
        self.cpu, self.floor, self.p99, self.rps = cpu, floor, p99, rps
        self.threads, self.nginx, self.relay, self.bulk, self.handshakes = threads, nginx, relay, bulk, handshakes


HTTP = ["mode http", "option forwardfor"]
FEATURES = HTTP + ["log 127.0.0.1:{log} local0", "option httplog",
                   "acl static path_end .css .js .png", "acl api path_beg /api/ /v1/", "acl bot hdr_sub(user-agent) -i bot crawler",
                   "http-request deny if bot api", "http-request set-header X-Proto http unless static",
                   "http-request set-var(txn.kind) str(page) if !static !api", "http-response set-header X-Kind %[var(txn.kind)]"]
CASES = {
    "small": Case("s", HTTP, cpu=0.85, floor=1.35, p99=1.1, rps=1.2, nginx=True, relay=True),
    "browser": Case("s", HTTP, BROWSER, cpu=0.85, floor=1.35, p99=1.1, nginx=True, relay=True),
    "features": Case("s", FEATURES, BROWSER, cpu=0.72, p99=1.1, rps=1.2),
    "64k": Case("m", HTTP, cpu=0.72, nginx=True, relay=True, bulk=True),
    "1m": Case("l", HTTP, cpu=0.55, nginx=True, relay=True, bulk=True),
    "1m-splice": Case("l", HTTP + ["option splice-auto"], cpu=0.36, relay=True, bulk=True),
    "close": Case("s", HTTP + ["http-reuse always"], ["Connection: close"], cpu=0.90, p99=1.1, nginx=True),
    "tcp": Case("s", ["mode tcp"], cpu=1.05, p99=1.1, relay=True),
    "tcp-1m": Case("l", ["mode tcp"], relay=True, bulk=True),
    "tcp-1m-splice": Case("l", ["mode tcp", "option splice-auto"], cpu=0.52, relay=True, bulk=True),
    "tls": Case("s", HTTP, tls=True, cpu=0.80, p99=1.1, nginx=True),
    "tls-1m": Case("l", HTTP, tls=True, cpu=1.10, nginx=True),
    "tls-close": Case("s", HTTP + ["http-reuse always"], ["Connection: close"], tls=True, cpu=1.00, nginx=True),
    "tls-new": Case("s", HTTP + ["http-reuse always"], tls=True, nginx=True, handshakes="new"),
    "tls-resume": Case("s", HTTP + ["http-reuse always"], tls=True, nginx=True, handshakes="reuse"),
    "small-2-threads": Case("s", HTTP, cpu=1.15, threads=2),
}


def haproxy_config(case, port, backends, log_port, pem, threads) -> str:
    tls = f" ssl crt {pem}" if case.tls else ""
    servers = "".join(f"    server s{i} 127.0.0.1:{p}\n" for i, p in enumerate(backends, 1))
    body = "".join("    " + line.replace("{log}", str(log_port)) + "\n" for line in case.lines)
    return (f"global\n    nbthread {threads}\n    maxconn 7400\ndefaults\n    timeout connect 5s\n    timeout client 60s\n    timeout server 60s\n"
            f"listen bench\n    bind 127.0.0.1:{port}{tls}\n{body}    balance roundrobin\n{servers}")


def nginx_config(case, port, backends, pem, work) -> str:
    tls = " ssl" if case.tls else ""
    certificate = f"    ssl_certificate {pem};\n    ssl_certificate_key {pem};\n" if case.tls else ""
    servers = "".join(f"    server 127.0.0.1:{p};\n" for p in backends)
    return (f"worker_processes 1;\ndaemon off;\npid {work}/nginx-{port}.pid;\nerror_log {work}/nginx-{port}.err;\nevents {{ worker_connections 9000; }}\n"
            f"http {{\n  access_log off;\n  client_body_temp_path {work}/nginx-body;\n  proxy_temp_path {work}/nginx-proxy;\n"
            f"  fastcgi_temp_path {work}/nginx-f;\n  uwsgi_temp_path {work}/nginx-u;\n  scgi_temp_path {work}/nginx-s;\n"
            f"  upstream pool {{\n{servers}    keepalive 256;\n  }}\n"
            f"  server {{\n    listen 127.0.0.1:{port}{tls};\n{certificate}    keepalive_requests 100000000;\n"
            f"    location / {{ proxy_pass http://pool; proxy_http_version 1.1; proxy_set_header Connection \"\";\n"
            f"      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }}\n  }}\n}}\n")
