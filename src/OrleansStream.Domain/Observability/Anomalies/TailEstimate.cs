using OrleansStream.Domain.Observability.Packing;

namespace OrleansStream.Domain.Observability.Anomalies;

/// <summary>
/// How likely a score is that is as large as one seen, learnt from the scores so far in four numbers: peaks over a threshold, as in SPOT (Siffer et al., "Anomaly
/// Detection in Streams with Extreme Value Theory", KDD 2017). The threshold follows the <see cref="ThresholdShare"/> upper quantile by stochastic approximation (Robbins
/// and Monro 1951); the excesses over it follow a generalized Pareto distribution whose shape comes from their mean and variance (Hosking and Wallis 1987). Old scores fade.
/// </summary>
internal sealed class TailEstimate
{
    /// <summary>Share of scores above the threshold.</summary>
    private const double ThresholdShare = 0.05;

    /// <summary>Weight of a score in the estimates: they remember some hundred.</summary>
    private const double Rate = 0.005;

    /// <summary>Excesses are rare: each weighs more.</summary>
    private const double ExcessRate = 4 * Rate;

    /// <summary>The heaviest tail that is believed: with more, variance has no meaning.</summary>
    private const double MaxShape = 0.4;

    /// <summary>Scores after which probabilities mean something.</summary>
    private const int Needed = 100;

    private double _threshold;
    private double _mean;
    private double _excessMean;
    private double _excessVariance;
    private int _count;

    /// <summary>The chance of a score at least as large, 0 to 1; 1 while too little is known.</summary>
    public double Probability(double score)
    {
        if (_count < Needed || score <= _threshold) return 1;
        double scale = Math.Max(_excessMean, 1e-9), excess = score - _threshold;
        // Method of moments: shape = (1 − mean²/variance) / 2, scale = mean · (1 − shape).
        double shape = Math.Clamp(0.5 * (1 - (scale * scale / Math.Max(_excessVariance, 1e-12))), 0, MaxShape);
        return ThresholdShare * (shape < 0.01 ? Math.Exp(-excess / scale) : Math.Pow(1 + (shape * excess / (scale * (1 - shape))), -1 / shape));
    }

    public void Learn(double score)
    {
        _count++;
        _mean += Math.Max(Rate, 1.0 / (_count + 1)) * (score - _mean);
        double scale = Math.Max(_mean, 1e-9);
        double step = scale * Math.Max(ExcessRate, 2.0 / (_count + 1));
        _threshold = Math.Max(0, _threshold + (score > _threshold ? (1 - ThresholdShare) * step : -ThresholdShare * step));
        if (score <= _threshold) return;
        // One excess, however large, must not make the next one usual.
        double excess = Math.Min(score - _threshold, 10 * Math.Max(_excessMean, scale));
        double rate = Math.Max(ExcessRate, 1 / (1 + (_count * ThresholdShare)));
        _excessMean += rate * (excess - _excessMean);
        if (_excessMean == 0) _excessMean = excess;
        double off = excess - _excessMean;
        _excessVariance += rate * ((off * off) - _excessVariance);
    }

    public void Write(PackWriter writer)
    {
        writer.Count(_count);
        writer.Single(_threshold);
        writer.Single(_mean);
        writer.Single(_excessMean);
        writer.Single(_excessVariance);
    }

    public static TailEstimate Read(ref PackReader reader) => new()
    {
        _count = (int)Math.Min(reader.Count(), int.MaxValue - 1), _threshold = reader.Single(), _mean = reader.Single(), _excessMean = reader.Single(), _excessVariance = reader.Single(),
    };
}
