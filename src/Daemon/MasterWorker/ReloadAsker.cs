namespace Evenkeel.Daemon.MasterWorker;

/// <summary>Who waits for the outcome of a reload on the master's socket.</summary>
/// <param name="Descriptor">The operator's connection: when the master's program changes on the way, the next one answers there.</param>
/// <param name="Tell">Takes the answer; on the master's main thread, so it does not wait.</param>
public sealed record ReloadAsker(int Descriptor, Action<string> Tell);
