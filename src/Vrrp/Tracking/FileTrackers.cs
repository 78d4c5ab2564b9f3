using System.Text;
using Evenkeel.Linux;
using Evenkeel.Linux.Files;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Tracking;

/// <summary>All `track_file`s of one configuration: inotify on their directories, a short read when one changed, its number to the sink.</summary>
/// <remarks>Reads at most <see cref="TrackFileText.MostBytes"/> of a file. A file that is not there counts as 0 (seen in 2.4.3).</remarks>
public sealed class FileTrackers(IWorkerLoop loop, ITrackerSink sink, IVrrpLog log)
{
    private readonly Dictionary<(int Watch, string Name), List<TrackFileModel>> _files = [];
    private Inotify? _inotify;

    public void Start(IReadOnlyList<TrackFileModel> files)
    {
        Stop();
        if (files.Count == 0) return;
        _inotify = Inotify.Open(out var opened);
        if (_inotify == null) log.Write(VrrpLogLevel.Error, $"inotify_init1 failed: {ErrnoText.Of(opened.Errno)}; track files are read once only");
        else loop.Watch(_inotify.Descriptor, Changed);
        foreach (var file in files)
        {
            Watch(file);
            Initialise(file);
            Report(file);
        }
    }

    public void Stop()
    {
        _files.Clear();
        if (_inotify == null) return;
        loop.Unwatch(_inotify.Descriptor);
        _inotify.Dispose();
        _inotify = null;
    }

    private void Watch(TrackFileModel file)
    {
        if (_inotify == null) return;
        int slash = file.Path.LastIndexOf('/');
        string directory = slash < 0 ? "." : slash == 0 ? "/" : file.Path[..slash];
        var watch = _inotify.WatchDirectory(directory);
        if (watch.IsError)
        {
            log.Write(VrrpLogLevel.Error, $"Unable to monitor directory {directory} of track file {file.Name}: {ErrnoText.Of(watch.Errno)}");
            return;
        }
        var key = (watch.Value, file.Path[(slash + 1)..]);
        if (!_files.TryGetValue(key, out var list)) _files[key] = list = [];
        list.Add(file);
    }

    /// <summary>`init_file`: writes the first value when there is no file yet, or over what is there.</summary>
    private void Initialise(TrackFileModel file)
    {
        if (file.InitialValue is not { } value || (!file.Overwrite && File.Exists(file.Path))) return;
        try
        {
            File.WriteAllText(file.Path, $"{value}\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write(VrrpLogLevel.Error, $"Unable to initialise track file {file.Name}: {e.Message}");
        }
    }

    private void Changed() => _inotify?.Read((watch, name) =>
    {
        if (name.Length == 0)
        {
            foreach (var list in _files.Values) list.ForEach(Report);
        }
        else if (_files.TryGetValue((watch, name), out var list))
        {
            list.ForEach(Report);
        }
    });

    private void Report(TrackFileModel file)
    {
        Span<byte> buffer = stackalloc byte[TrackFileText.MostBytes];
        int length = 0;
        try
        {
            // A FIFO in its place would hold the worker up.
            if (File.Exists(file.Path) && File.GetAttributes(file.Path) is var attributes && (attributes & FileAttributes.Device) == 0)
            {
                using var handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                length = RandomAccess.Read(handle, buffer, 0);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write(VrrpLogLevel.Warning, $"Unable to read track file {file.Name} ({file.Path}): {e.Message}");
        }
        if (length == buffer.Length)
            log.Write(VrrpLogLevel.Info, $"Track file {file.Name} is longer than {buffer.Length} bytes: {Encoding.UTF8.GetString(buffer[..20])}...");
        sink.TrackerChanged(TrackerKind.File, file.Name, TrackerStatus.Up, TrackFileText.Parse(buffer[..length]));
    }
}
