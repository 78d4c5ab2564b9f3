"""What a proxy holds at rest, and for each idle kept connection: anonymous memory of the process, which leaves the kernel's sockets out."""
import socket, time

from cases import CASES
from machine import anonymous_bytes, tree

CONNECTIONS = 7_000
LIMIT_PER_CONNECTION = 400
LIMIT_AT_REST = 8 << 20


def ask(port: int):
    client = socket.create_connection(("127.0.0.1", port), 5)
    client.sendall(b"GET /s HTTP/1.1\r\nHost: bench\r\n\r\n")
    answer = b""
    while b"\r\n\r\n" not in answer or len(answer.split(b"\r\n\r\n", 1)[1]) < 100:
        piece = client.recv(4096)
        if not piece:
            raise RuntimeError("connection closed before its answer")
        answer += piece
    return client


def measure_idle(bench):
    print(f"## memory, {CONNECTIONS} idle kept connections, each after one request")
    for i, item in enumerate(bench.args.proxies):
        label, command = item.split("=", 1)
        if command == "@floor":
            continue
        clients = []
        try:
            _, port, process = bench.launch(label, command, "memory", CASES["small"], 1)
            ask(port).close()
            time.sleep(0.5)
            pids = tree(process.pid)
            rest = anonymous_bytes(pids)
            clients += [ask(port) for _ in range(CONNECTIONS)]
            time.sleep(2)
            each = (anonymous_bytes(pids) - rest) / CONNECTIONS
            for client in clients:
                client.close()
            clients.clear()
            time.sleep(3)
            after = anonymous_bytes(pids)
            missed = [] if i != 1 else ["per connection"] * (each > LIMIT_PER_CONNECTION) + ["at rest"] * (rest > LIMIT_AT_REST)
            verdict = "" if i != 1 else "   MISSED: " + ", ".join(missed) if missed else "   ok"
            print(f"{label:10} at rest {rest / 1e6:6.2f} MB   {each:6.0f} bytes a connection   {after / 1e6:6.2f} MB when they have gone{verdict}", flush=True)
            bench.stop(process)
        except (OSError, RuntimeError) as error:
            print(f"{label:10} FAILED: {error}", flush=True)
        finally:
            for client in clients:
                client.close()
