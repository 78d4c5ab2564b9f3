using System.Collections.Immutable;
using System.Text;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>What a reply is for: it decides what holds where little is said.</summary>
internal enum HttpReplyUse
{
    /// <summary>`return`.</summary>
    Answer,

    /// <summary>`deny`, `tarpit`.</summary>
    Refusal,

    /// <summary>`http-error`.</summary>
    ErrorPage,
}

/// <summary>Reads the arguments of `return`, `deny`, `tarpit` and `http-error` (configuration.txt 4.4 "return", 4.2 "http-error").</summary>
internal sealed class HttpReplyReader(HttpReplyUse use, ParseScope scope, SamplePlaces places)
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

    /// <param name="next">At the first argument before, behind the last one after.</param>
    public HttpReplyModel? Read(ReadOnlySpan<string> words, ref int next, out string error)
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
                _status = Units.LenientInteger(value);
                error = $"Unexpected status code '{_status}'";
                return _status is >= 200 and <= 599;
            case "content-type":
                _contentType = value;
                return true;
            case "errorfiles":
                _sectionName = value;
                return SetPayload(word, HttpReplySource.ErrorFiles, out error);
            case "errorfile":
                return SetPayload(word, HttpReplySource.ErrorFile, out error) && ReadErrorFile(value, out error);
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

    private bool ReadErrorFile(string path, out string error)
    {
        if (!ReadFile(path, out error))
        {
            error += ".";
            return false;
        }
        error = $"'{path}': unable to parse headers (error offset: 0)";
        return _payload.IsEmpty || _payload.AsSpan().StartsWith("HTTP/"u8);
    }

    private bool ReadFormat(string text, out string error)
    {
        _format = LogFormatParser.TryParse(text, scope, LogFormatUse.Plain, places, out error);
        return _format is not null;
    }

    private HttpReplyModel? Finish(out string error)
    {
        error = "";
        var source = _source ?? (use != HttpReplyUse.Refusal || _headers.Count > 0 || (_status > 0 && !_isDenyStatus)
            ? HttpReplySource.Empty : HttpReplySource.Default);
        var hasPayload = source == HttpReplySource.Format || (source == HttpReplySource.Bytes && !_payload.IsEmpty);
        if (hasPayload && _contentType is null)
        {
            error = source == HttpReplySource.Format ? "a content type must be defined with a log-format payload"
                : "a content type must be defined when non-empty payload is configured";
            return null;
        }
        var usesPages = source is HttpReplySource.Default or HttpReplySource.DefaultErrorFiles or HttpReplySource.ErrorFiles;
        if (usesPages && (use == HttpReplyUse.Answer || _payloadWord is not null || _isDenyStatus) && _status != 0 && !ErrorStatuses.Contains(_status))
        {
            error = $"status code '{_status}' not handled by default with '{_payloadWord ?? "default-errorfiles"}' argument.";
            return null;
        }
        WarnAboutIgnored(source, hasPayload);
        return new HttpReplyModel(source)
        {
            Status = _status,
            ContentType = _contentType,
            Payload = _payload,
            PayloadFormat = _format,
            SectionName = _sectionName,
            Headers = _headers.ToImmutable(),
        };
    }

    private void WarnAboutIgnored(HttpReplySource source, bool hasPayload)
    {
        var isPage = source is HttpReplySource.ErrorFile or HttpReplySource.ErrorFiles or HttpReplySource.DefaultErrorFiles;
        if (_contentType is not null && !hasPayload)
        {
            var reason = isPage ? "when used with an errorfile" : _payloadWord is null ? "because neither errorfile nor payload defined"
                : "when used with an empty payload";
            scope.Warning($"content-type '{_contentType}' ignored by the http reply {reason}.");
        }
        if (_headers.Count > 0 && isPage) scope.Warning("hdr parameters ignored by the http reply when used with an errorfile.");
    }
}
