using System.Diagnostics.CodeAnalysis;

namespace Evenkeel.Linux;

/// <summary>What a system call answered: a value of at least 0, or an errno. The caller has to look.</summary>
public readonly struct SysResult
{
    private readonly long _raw;

    private SysResult(long raw) => _raw = raw;

    /// <param name="value">What the C library returned.</param>
    /// <param name="errno">errno read directly after the call; used only when <paramref name="value"/> is -1.</param>
    public static SysResult From(long value, int errno) => new(value == -1 ? -errno : value);

    /// <summary>
    /// As <see cref="From(long, int)"/>, and reads errno only when it is needed. Call it with the system call as its argument, nothing in between.
    /// </summary>
    public static SysResult From(long value) => new(value == -1 ? -System.Runtime.InteropServices.Marshal.GetLastSystemError() : value);

    /// <param name="raw">What the kernel wrote itself, without the C library: a value, or an errno negated.</param>
    public static SysResult FromKernel(int raw) => new(raw);

    public static SysResult Ok(long value = 0) => new(value);

    public static SysResult Fail(Errno errno) => new(-(long)errno);

    public bool IsOk => _raw >= 0;

    public bool IsError => _raw < 0;

    /// <summary>The value; only meaningful when <see cref="IsOk"/>.</summary>
    public int Value => (int)_raw;

    public long LongValue => _raw;

    /// <summary>The error, or <see cref="Errno.None"/>.</summary>
    public Errno Errno => _raw < 0 ? (Errno)(-_raw) : Errno.None;

    public bool Is(Errno errno) => _raw == -(long)errno;

    /// <summary>EAGAIN: nothing there now, a readiness event will come.</summary>
    public bool WouldBlock => _raw == -(long)Errno.EAGAIN;

    public override string ToString() => IsOk ? _raw.ToString(System.Globalization.CultureInfo.InvariantCulture) : Errno.ToString();
}
