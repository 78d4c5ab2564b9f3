using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>Reads the arguments of `return`, `deny` and `tarpit` (configuration.txt 4.4 "return").</summary>
internal sealed class HttpReplyReader(ActionSignature signature, ParseScope scope, SamplePlaces places)
{
    /// <summary>Statuses for which the original has a built-in error page, which is what `default-errorfiles` may use.</summary>
    private static readonly int[] ErrorStatuses = [200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 414, 421, 422, 425, 429, 431, 500, 501, 502, 503, 504];

    private readonly ImmutableArray<(string, LogFormatModel)>.Builder _headers = ImmutableArray.CreateBuilder<(string, LogFormatModel)>();
    private string? _payloadWord;
    private string? _contentType;
    private string? _sectionName;
    private LogFormatModel? _format;
    private ImmutableArray<byte> _payload = [];
    private HttpReplySource? _source;
    private int _status;
    private bool _isDenyStatus;

    public ActionModel? Read(ReadOnlySpan<string> words, ref int next, out string error)
    {
        error = "";
        while (next < words.Length)
        {
            var word = words[next];
            var known = word is "default-errorfiles" or "hdr" || ValueName(word) is not null;
            if (!known) break;
            next++;
            if (!ReadOne(word, words, ref next, out error)) return null;
        }
        return Finish(out error);
    }

    private static string? ValueName(string word) => word switch
    {
        "status" or "deny_status" => "status_code",
        "content-type" => "ctype",
        "errorfile" or "file" or "lf-file" => "file",
        "errorfiles" => "name",
        "string" => "str",
        "lf-string" => "fmt",
        _ => null,
    };

    private bool ReadOne(string word, ReadOnlySpan<string> words, ref int next, out string error)
    {
        error = "";
        if (word == "default-errorfiles") return SetPayload(word, HttpReplySource.DefaultErrorFiles, out error);
        if (word == "hdr") return ReadHeader(words, ref next, out error);
        if (next >= words.Length)
        {
            error = $"'{(word == "deny_status" ? "status" : word)}' expects <{ValueName(word)}> as argument";
            return false;
        }
        var value = words[next++];
        switch (word)
        {
            case "status" or "deny_status":
                _isDenyStatus |= word == "deny_status";
                _ = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _status);
                error = $"Unexpected status code '{_status}'";
                return _status is >= 200 and <= 599;
            case "content-type":
                _contentType = value;
                return true;
            case "errorfiles":
                _sectionName = value;
                return SetPayload(word, HttpReplySource.ErrorFiles, out error);
            case "errorfile":
                return SetPayload(word, HttpReplySource.ErrorFile, out error) && ReadFile(value, out error) && HasStatusLine(value, out error);
            case "file":
                return SetPayload(word, HttpReplySource.Bytes, out error) && ReadFile(value, out error);
            case "lf-file":
                return SetPayload(word, HttpReplySource.Format, out error) && ReadFile(value, out error)
                    && ReadFormat(Encoding.Latin1.GetString(_payload.AsSpan()), out error);
            case "lf-string":
                return SetPayload(word, HttpReplySource.Format, out error) && ReadFormat(value, out error);
            default:
                _payload = [.. Encoding.Latin1.GetBytes(value)];
                return SetPayload(word, HttpReplySource.Bytes, out error);
        }
    }

    private bool SetPayload(string word, HttpReplySource source, out string error)
    {
        error = _payloadWord is null ? "" : $"unexpected '{word}' argument, '{_payloadWord}' already defined";
        if (_payloadWord is not null) return false;
        _payloadWord = word;
        _source = source;
        return true;
    }

    private bool ReadHeader(ReadOnlySpan<string> words, ref int next, out string error)
    {
        error = "'hdr' expects <name> and <value> as arguments";
        if (next + 1 >= words.Length) return false;
        if (LogFormatParser.TryParse(words[next + 1], scope, LogFormatUse.Http, places, out error) is not { } value) return false;
        _headers.Add((words[next], value));
        next += 2;
        return true;
    }

    private bool ReadFile(string path, out string error)
    {
        var bytes = scope.World.ReadFile(path, out _);
        error = bytes is null ? $"error opening file '{path}'" : "";
        if (bytes is not null) _payload = [.. bytes];
        return bytes is not null;
    }

    private bool HasStatusLine(string path, out string error)
    {
        error = $"'{path}': unable to parse headers (error offset: 0)";
        return _payload.AsSpan().StartsWith("HTTP/"u8);
    }

    private bool ReadFormat(string text, out string error)
    {
        _format = LogFormatParser.TryParse(text, scope, LogFormatUse.Plain, places, out error);
        return _format is not null;
    }

    private ActionModel? Finish(out string error)
    {
        error = "";
        var isReturn = signature.Name == "return";
        var source = _source ?? (isReturn || _headers.Count > 0 || (_status > 0 && !_isDenyStatus) ? HttpReplySource.Empty : HttpReplySource.Default);
        var hasPayload = source is HttpReplySource.Format || (source == HttpReplySource.Bytes && _payload.Length > 0);
        if (hasPayload && _contentType is null)
        {
            error = "a content type must be defined when non-empty payload is configured";
            return null;
        }
        var usesPages = source is HttpReplySource.Default or HttpReplySource.DefaultErrorFiles or HttpReplySource.ErrorFiles;
        if (usesPages && (isReturn || _payloadWord is not null || _isDenyStatus) && _status != 0 && !ErrorStatuses.Contains(_status))
        {
            error = $"status code '{_status}' not handled by default with '{_payloadWord ?? "default-errorfiles"}' argument.";
            return null;
        }
        if (_contentType is not null && !hasPayload && source is HttpReplySource.Empty or HttpReplySource.Default)
            scope.Warning($"content-type '{_contentType}' ignored by the http reply because neither errorfile nor payload defined.");
        if (_headers.Count > 0 && source is HttpReplySource.ErrorFile or HttpReplySource.ErrorFiles or HttpReplySource.DefaultErrorFiles)
            scope.Warning("hdr parameters ignored by the http reply when used with an errorfile.");
        return new ActionModel(signature)
        {
            Reply = new HttpReplyModel(source)
            {
                Status = _status,
                ContentType = _contentType,
                Payload = _payload,
                PayloadFormat = _format,
                SectionName = _sectionName,
                Headers = _headers.ToImmutable(),
            },
        };
    }
}
