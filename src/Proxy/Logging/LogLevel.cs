namespace Evenkeel.Proxy.Logging;

/// <summary>Severities of syslog (RFC 5424 §6.2.1), the most urgent first.</summary>
public enum LogLevel { Emergency, Alert, Critical, Error, Warning, Notice, Info, Debug }
