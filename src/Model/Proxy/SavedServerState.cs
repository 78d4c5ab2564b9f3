namespace Evenkeel.Model.Proxy;

/// <summary>What a state file says of a server (management.txt 9.3 "show servers state"); numbers as the file has them.</summary>
/// <param name="Address">Null for a server that had none.</param>
/// <param name="InitialWeight">The configured weight of then: the weight is taken over only while it is still the same.</param>
public sealed record SavedServerState(string? Address, int Port, int Operating, int Admin, int Weight, int InitialWeight, int SecondsSinceChange,
    int CheckStatus, int CheckResult, int CheckHealth);
