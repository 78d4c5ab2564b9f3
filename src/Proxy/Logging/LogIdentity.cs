using System.Globalization;
using System.Text;
using Evenkeel.Model.Process;

namespace Evenkeel.Proxy.Logging;

/// <summary>Who speaks in a log line: tag, process and host name, as bytes once and for all.</summary>
public sealed class LogIdentity
{
    /// <param name="machineName">The host's name, for `log-send-hostname` without an argument.</param>
    public LogIdentity(GlobalModel global, int processId, string machineName)
    {
        Tag = Encoding.UTF8.GetBytes(global.LogTag);
        ProcessId = Encoding.ASCII.GetBytes(processId.ToString(CultureInfo.InvariantCulture));
        SendsHostName = global.LogSendHostName is not null;
        HostName = Encoding.UTF8.GetBytes(string.IsNullOrEmpty(global.LogSendHostName) ? machineName : global.LogSendHostName);
    }

    internal byte[] Tag { get; }

    internal byte[] ProcessId { get; }

    internal byte[] HostName { get; }

    /// <summary>`log-send-hostname`: also makes rfc3164 the default format instead of local.</summary>
    internal bool SendsHostName { get; }
}
