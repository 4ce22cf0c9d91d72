namespace OrleansStream.Domain.Fraud;

/// <summary>How the card was used.</summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.Channel")]
public enum Channel
{
    /// <summary>Card present at a point of sale (<c>pos</c>).</summary>
    Pos,

    /// <summary>Card not present, online (<c>ecommerce</c>).</summary>
    Ecommerce,

    /// <summary>Card present at a cash machine (<c>atm</c>).</summary>
    Atm,

    /// <summary>Card not present, account to account (<c>transfer</c>).</summary>
    Transfer,
}
