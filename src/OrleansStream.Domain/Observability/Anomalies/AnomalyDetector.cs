using OrleansStream.Domain.Observability.Packing;

namespace OrleansStream.Domain.Observability.Anomalies;

/// <summary>What a detector says of a point.</summary>
/// <param name="IsAnomaly">An anomaly begins here. Points that belong to it are not told again.</param>
/// <param name="Probability">How likely the least likely of its scores is, 0 to 1.</param>
/// <param name="Expected">What was predicted for it.</param>
public readonly record struct AnomalyJudgement(bool IsAnomaly, double Probability, double Expected);

/// <summary>
/// Judges a series point by point, each by what came before it and nothing else, in some hundred bytes. One set of defaults for all series.
/// <para>
/// Four predictors (the last value, a fast and a slow mean, the mean of this hour of the day) compete; the one with the least error of late predicts, so that a season
/// counts where there is one. Five scores look at the point: its residual; its distance from its level, which is the season's where there is one; a run of residuals to one
/// side (level shift); a run of large residuals (change of variance); its step from the last. What is large is not decided by a normal distribution but by each
/// score's own tail (<see cref="TailEstimate"/>), so that a spiky series needs larger spikes. A point is an anomaly when one of its scores is less likely than
/// <see cref="Risk"/>; the risk falls as points go by, as that of a test that is made again and again must (online control of false discoveries: Javanmard and Montanari, Annals of
/// Statistics 2018). After an anomaly the detector is silent for a while, unless something far less likely comes.
/// </para>
/// </summary>
public sealed class AnomalyDetector
{
    /// <summary>Less likely than this is an anomaly. Chosen once over all series of the three families at hand, on a plateau (0.0007 to 0.0014), not for any one of them.</summary>
    public const double Risk = 1e-3;

    /// <summary>Points after which the risk falls, in proportion to what has been seen, to <see cref="LeastRisk"/>.</summary>
    private const double FullRiskPoints = 8000;
    private const double LeastRisk = 2e-4;

    /// <summary>Points of silence after an anomaly, at least; one in a hundred of what has been seen, if that is more, and <see cref="MaxSilence"/> at most.</summary>
    private const int MinSilence = 120;
    private const int MaxSilence = 400;

    /// <summary>So many times less likely than the anomaly before is news in spite of the silence.</summary>
    private const double News = 100;

    private const int Hours = 24;
    private const int Predictors = 4;
    private const int Scores = 5;
    private const double SlowRate = 0.004;
    private const double FastRate = 0.2;
    private const double RunRate = 0.1;
    private const double SeasonRate = 0.02;

    /// <summary>Points whose scores are not learnt: scales are not known yet.</summary>
    private const int Unlearnt = 20;

    /// <summary>While so few points are known, nothing is taken for an outlier.</summary>
    private const int Settling = 30;
    private const double MaxScore = 100;
    private const byte Format = 1;

    private readonly double[] _season = new double[Hours];
    private readonly int[] _seasonCounts = new int[Hours];
    private readonly double[] _errors = new double[Predictors];
    private readonly TailEstimate[] _tails = [new(), new(), new(), new(), new()];
    private long _count;
    private long _sinceAnomaly = long.MaxValue / 2;
    private double _anomalyProbability = 1;
    private double _last;
    private double _fast;
    private double _slow;
    private double _spread;
    private double _residual;
    private double _run;
    private double _unrest;

    /// <summary>Judges a point, then learns from it.</summary>
    /// <param name="second">When, Unix seconds: for the hour of the day (UTC).</param>
    /// <param name="value">Finite.</param>
    public AnomalyJudgement Observe(long second, double value)
    {
        _count++;
        _sinceAnomaly++;
        if (_count == 1) (_last, _fast, _slow) = (value, value, value);
        int hour = (int)(((second / 3600 % Hours) + Hours) % Hours);
        double season = _seasonCounts[hour] > 0 ? _season[hour] : _slow;
        Span<double> predictions = [_last, _fast, _slow, season];
        int best = 0;
        for (int i = 1; i < Predictors; i++)
            if (_errors[i] < _errors[best]) best = i;
        // A scale of nothing, as of a series that never moved: any move is large, but rounding is none.
        double least = 1e-9 * Math.Max(1, Math.Abs(_slow)), scale = Math.Max(_residual, least);
        double residual = value - predictions[best], level = _errors[3] < _errors[2] ? season : _slow, size = Math.Abs(residual) / scale;
        _run += RunRate * (Math.Clamp(residual / scale, -20, 20) - _run);
        _unrest += RunRate * (Math.Min(size, 20) - _unrest);
        Span<double> scores = [size, Math.Abs(value - level) / Math.Max(_spread, least), Math.Abs(_run), _unrest, Math.Abs(value - _last) / scale];
        double probability = Judge(scores);
        Learn(value, hour, predictions, residual, scale);
        return new AnomalyJudgement(IsNews(probability), probability, predictions[best]);
    }

    public byte[] Pack()
    {
        var writer = new PackWriter();
        writer.Count(Format);
        writer.Count(_count);
        writer.Count(Math.Min(_sinceAnomaly, int.MaxValue));
        foreach (double number in (double[])[_anomalyProbability, _last, _fast, _slow, _spread, _residual]) writer.Number(number);
        writer.Single(_run);
        writer.Single(_unrest);
        foreach (double error in _errors) writer.Single(error);
        for (int i = 0; i < Hours; i++)
        {
            writer.Count(_seasonCounts[i]);
            if (_seasonCounts[i] > 0) writer.Single(_season[i]);
        }
        foreach (var tail in _tails) tail.Write(writer);
        return writer.ToArray();
    }

    /// <summary>As <see cref="Pack"/> wrote it, to single precision; a new detector for a format that is not known.</summary>
    public static AnomalyDetector Unpack(ReadOnlySpan<byte> packed)
    {
        var reader = new PackReader(packed);
        var detector = new AnomalyDetector();
        if (reader.Count() != Format) return detector;
        (detector._count, detector._sinceAnomaly) = (reader.Count(), reader.Count());
        (detector._anomalyProbability, detector._last, detector._fast) = (reader.Number(), reader.Number(), reader.Number());
        (detector._slow, detector._spread, detector._residual) = (reader.Number(), reader.Number(), reader.Number());
        (detector._run, detector._unrest) = (reader.Single(), reader.Single());
        for (int i = 0; i < Predictors; i++) detector._errors[i] = reader.Single();
        for (int i = 0; i < Hours; i++)
        {
            detector._seasonCounts[i] = (int)Math.Min(reader.Count(), int.MaxValue - 1);
            if (detector._seasonCounts[i] > 0) detector._season[i] = reader.Single();
        }
        for (int i = 0; i < Scores; i++) detector._tails[i] = TailEstimate.Read(ref reader);
        return detector;
    }

    private double Judge(Span<double> scores)
    {
        double least = 1;
        for (int i = 0; i < Scores; i++)
        {
            least = Math.Min(least, _tails[i].Probability(scores[i]));
            if (_count > Unlearnt) _tails[i].Learn(Math.Min(scores[i], MaxScore));
        }
        return least;
    }

    private bool IsNews(double probability)
    {
        double risk = Math.Max(LeastRisk, Math.Min(Risk, Risk * FullRiskPoints / _count));
        long silence = Math.Clamp(_count / 100, MinSilence, MaxSilence);
        if (probability >= risk || (_sinceAnomaly <= silence && probability >= _anomalyProbability / News)) return false;
        (_sinceAnomaly, _anomalyProbability) = (0, probability);
        return true;
    }

    /// <summary>Outliers teach little: residuals count to eight times the scale, steps of the slow mean to six.</summary>
    private void Learn(double value, int hour, ReadOnlySpan<double> predictions, double residual, double scale)
    {
        double rate = Math.Max(SlowRate, 1.0 / _count), off = value - _slow;
        bool isSettled = _count >= Settling;
        for (int i = 0; i < Predictors; i++) _errors[i] += rate * (Math.Abs(value - predictions[i]) - _errors[i]);
        _residual += rate * ((isSettled ? Math.Min(Math.Abs(residual), 8 * scale) : Math.Abs(residual)) - _residual);
        _spread += rate * ((isSettled ? Math.Min(Math.Abs(off), 8 * Math.Max(_spread, 1e-9)) : Math.Abs(off)) - _spread);
        _slow += rate * (isSettled ? Math.Clamp(off, -6 * _spread, 6 * _spread) : off);
        _fast += FastRate * (value - _fast);
        _last = value;
        _seasonCounts[hour] = Math.Min(_seasonCounts[hour] + 1, int.MaxValue - 1);
        _season[hour] += _seasonCounts[hour] == 1 ? value - _season[hour] : Math.Max(SeasonRate, 1.0 / _seasonCounts[hour]) * (value - _season[hour]);
    }
}
