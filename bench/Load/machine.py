"""What is read from the kernel: run times, sockets, memory."""
import os, pathlib, socket, time


def free_ports(count: int) -> list[int]:
    """Ports nobody listens to now; below those the kernel gives to clients."""
    ports, candidate = [], 12_000 + os.getpid() % 8_000
    while len(ports) < count:
        candidate += 1
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", free_ports.last + candidate))
                ports.append(free_ports.last + candidate)
            except OSError:
                continue
    free_ports.last += count
    return ports


free_ports.last = 0


def tree(pid: int) -> list[int]:
    pids = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*"):
        for child in (task / "children").read_text().split():
            pids += tree(int(child))
    return pids


def run_time_us(pids) -> float:
    total = 0
    for pid in pids:
        for task in pathlib.Path(f"/proc/{pid}/task").glob("*"):
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e3


def busy_us() -> float:
    fields = [int(x) for x in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    return (sum(fields[:7]) - fields[3] - fields[4]) * 1e6 / os.sysconf("SC_CLK_TCK")


def anonymous_bytes(pids) -> int:
    total = 0
    for pid in pids:
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Anonymous:"):
                total += int(line.split()[1]) * 1024
    return total


def wait_port(port, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port}")


class Sink:
    """A syslog port nobody reads: its tiny buffer is full at once, and the kernel counts what it drops. Costs every proxy the same."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def lines(self) -> int:
        for row in pathlib.Path("/proc/net/udp").read_text().splitlines()[1:]:
            fields = row.split()
            if fields[1].endswith(f":{self.port:04X}"):
                return int(fields[-1])
        return 0
