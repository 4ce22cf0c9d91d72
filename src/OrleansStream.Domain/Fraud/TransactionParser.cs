using OrleansStream.Domain.Json;
using Codes = OrleansStream.Domain.Fraud.TransactionErrorCodes;

namespace OrleansStream.Domain.Fraud;

/// <summary>
/// One pass over a record's JSON: every known field checked by itself, errors gathered, unknown ones skipped at any
/// depth. A property that comes twice counts as the last one, null as absent. Throws JsonException on bad syntax.
/// </summary>
internal ref struct TransactionParser(ReadOnlySpan<byte> utf8Json)
{
    private const decimal LargestAmount = 1e12m;
    private const int LongestId = 256;
    private const int LongestText = 256;

    private JsonFieldReader _json = new(utf8Json);
    private Location? _location;
    private string? _locationCountry;

    public string? Id { get; private set; }
    public string? CardId { get; private set; }
    public decimal? Amount { get; private set; }
    public string? Currency { get; private set; }
    public DateTimeOffset? Time { get; private set; }
    public Merchant? Merchant { get; private set; }
    public string? DeviceId { get; private set; }
    public string? Ip { get; private set; }
    public Channel? Channel { get; private set; }
    public string? UserId { get; private set; }
    public string? IssuerCountry { get; private set; }
    public Authorization? Authorization { get; private set; }
    public readonly Location? Location => _location;
    public readonly string? Country => _locationCountry ?? Merchant?.Country;

    /// <summary>How many objects and arrays are open, 1 = the record alone.</summary>
    public readonly int Level => _json.Level;

    /// <summary>What is wrong with the fields; later checks add theirs.</summary>
    public FieldErrors Errors;

    /// <summary>Reads the whole record; false when it is no object.</summary>
    public bool Parse()
    {
        if (!_json.StartRecord())
            return false;
        while (_json.NextProperty())
            ReadField();
        _json.EndRecord();
        Errors = _json.Errors;
        return true;
    }

    private void ReadField()
    {
        if (_json.Is("id"u8))
            Id = ReadId();
        else if (_json.Is("cardId"u8))
            CardId = ReadCardId();
        else if (_json.Is("amount"u8))
            Amount = ReadAmount();
        else if (_json.Is("currency"u8))
            Currency = _json.Text("currency", LongestText);
        else if (_json.Is("time"u8))
            Time = ReadTime();
        else if (_json.Is("merchant"u8))
            Merchant = ReadMerchant();
        else if (_json.Is("location"u8))
            ReadLocation();
        else if (_json.Is("deviceId"u8))
            DeviceId = _json.Text("deviceId", LongestId);
        else if (_json.Is("ip"u8))
            Ip = _json.Text("ip", LongestText);
        else if (_json.Is("channel"u8))
            Channel = ReadChannel();
        else if (_json.Is("userId"u8))
            UserId = _json.Text("userId", LongestId);
        else if (_json.Is("card"u8))
            IssuerCountry = ReadIssuerCountry();
        else if (_json.Is("authorization"u8))
            Authorization = ReadAuthorization();
        else
            _json.Skip();
    }

    private string? ReadId()
    {
        if (!_json.TryText("id", LongestId, out var id) || TransactionIdRule.IsWellFormed(id))
            return id;
        _json.Errors.Add(FieldErrorCodes.InvalidId, "id", TransactionIdRule.Detail);
        return null;
    }

    private string? ReadCardId()
    {
        if (!_json.TryText("cardId", int.MaxValue, out var cardId))
            return null;
        if (CardIdRule.IsPan(cardId))
            _json.Errors.Add(Codes.PanNotAllowed, "cardId", CardIdRule.PanDetail);
        else if (!CardIdRule.IsWellFormed(cardId))
            _json.Errors.Add(Codes.InvalidCardId, "cardId", CardIdRule.Detail);
        else
            return cardId;
        return null;
    }

    private decimal? ReadAmount()
    {
        if (!_json.TryNumber("amount", out var value, out var magnitude))
            return null;
        if (magnitude < 0)
            _json.Errors.Add(Codes.AmountNegative, "amount", "amount must be 0 or more.");
        else if (value is null or > LargestAmount)
            _json.Errors.Add(Codes.AmountOutOfRange, "amount", "amount must be at most 1e12.");
        else
            return value;
        return null;
    }

    private DateTimeOffset? ReadTime()
    {
        if (!_json.TryText("time", int.MaxValue, out var text))
            return null;
        if (Rfc3339.TryParse(text, out var time))
            return time;
        _json.Errors.Add(FieldErrorCodes.InvalidTime, "time", "time must be RFC 3339 with an offset, as 2026-11-22T10:00:00Z.");
        return null;
    }

    private Channel? ReadChannel()
    {
        if (!_json.TryText("channel", int.MaxValue, out var text))
            return null;
        switch (text)
        {
            case "pos": return Fraud.Channel.Pos;
            case "ecommerce": return Fraud.Channel.Ecommerce;
            case "atm": return Fraud.Channel.Atm;
            case "transfer": return Fraud.Channel.Transfer;
        }

        _json.Errors.Add(Codes.InvalidChannel, "channel", "channel must be pos, ecommerce, atm or transfer.");
        return null;
    }

    private Authorization? ReadAuthorization()
    {
        if (!_json.TryText("authorization", int.MaxValue, out var text))
            return null;
        switch (text)
        {
            case "approved": return Fraud.Authorization.Approved;
            case "declined": return Fraud.Authorization.Declined;
        }

        _json.Errors.Add(Codes.InvalidAuthorization, "authorization", "authorization must be approved or declined.");
        return null;
    }

    private Merchant? ReadMerchant()
    {
        if (!_json.StartObject("merchant"))
            return null;
        string? id = null, name = null, category = null, country = null, terminalId = null;
        while (_json.NextProperty())
        {
            if (_json.Is("id"u8))
                id = _json.Text("merchant.id", LongestId);
            else if (_json.Is("name"u8))
                name = _json.Text("merchant.name", LongestText);
            else if (_json.Is("category"u8))
                category = _json.Text("merchant.category", LongestText);
            else if (_json.Is("country"u8))
                country = _json.Text("merchant.country", LongestText);
            else if (_json.Is("terminalId"u8))
                terminalId = _json.Text("merchant.terminalId", LongestId);
            else
                _json.Skip();
        }

        return new Merchant { Id = id, Name = name, Category = category, Country = country, TerminalId = terminalId };
    }

    private string? ReadIssuerCountry()
    {
        string? country = null;
        if (!_json.StartObject("card"))
            return null;
        while (_json.NextProperty())
        {
            if (_json.Is("issuerCountry"u8))
                country = _json.Text("card.issuerCountry", LongestText);
            else
                _json.Skip();
        }

        return country;
    }

    private void ReadLocation()
    {
        _location = null;
        _locationCountry = null;
        if (!_json.StartObject("location"))
            return;
        double? lat = null, lon = null, accuracyM = null;
        while (_json.NextProperty())
        {
            if (_json.Is("lat"u8))
                lat = _json.Number("location.lat");
            else if (_json.Is("lon"u8))
                lon = _json.Number("location.lon");
            else if (_json.Is("country"u8))
                _locationCountry = _json.Text("location.country", LongestText);
            else if (_json.Is("accuracyM"u8))
                accuracyM = _json.Number("location.accuracyM");
            else
                _json.Skip();
        }

        CheckLocation(lat, lon, accuracyM);
        if (lat is not null && lon is not null)
            _location = new Location(lat.Value, lon.Value, _locationCountry, accuracyM);
    }

    private void CheckLocation(double? lat, double? lon, double? accuracyM)
    {
        if (lat is < -90 or > 90)
            _json.Errors.Add(Codes.InvalidLocation, "location.lat", "location.lat must be within ±90 degrees.");
        if (lon is < -180 or > 180)
            _json.Errors.Add(Codes.InvalidLocation, "location.lon", "location.lon must be within ±180 degrees.");
        if (accuracyM is < 0 or double.PositiveInfinity)
            _json.Errors.Add(Codes.InvalidLocation, "location.accuracyM", "location.accuracyM must be 0 or more metres.");
        if (lat is null != lon is null && !_json.Errors.HasWithin("location"))
            _json.Errors.Add(Codes.InvalidLocation, "location", "location needs both lat and lon.");
    }
}
