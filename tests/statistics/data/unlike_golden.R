# Reference numbers of data unlike the golden cases, from R package survey (4.1-1 gave those stored).
# Usage: Rscript unlike_golden.R rows.csv reference.json
suppressMessages({library(survey); library(jsonlite)})
file <- commandArgs(TRUE); out <- list()
set.seed(41)
# Four strata of very unequal clusters, households within; ties, one silent stratum level, a rare region.
clusters <- c(3, 5, 2, 7); M <- c(11, 9, 2, 40)
x <- do.call(rbind, lapply(seq_along(clusters), function(h) do.call(rbind, lapply(seq_len(clusters[h]), function(i) {
  m <- sample(2:7, 1); size <- m + sample(0:9, 1); u <- rnorm(1, 0, 0.7)
  data.frame(h = h, c = 10 * h + i, M = M[h], m = size, row = seq_len(m),
    y = round(2 + h / 4 + u + rnorm(m)), z = as.integer(u + rnorm(m) + 0.8 > 0),
    a = rgamma(m, 2), sex = sample(c("f", "m"), m, TRUE), age = sample(c("o", "w", "y"), m, TRUE, c(2, 4, 3)),
    d = as.integer(runif(m) < 0.4))
}))))
x$id <- seq_len(nrow(x)); x$w <- x$M / clusters[x$h] * x$m / ave(x$row, x$c, FUN = length)
x$w2 <- x$w * round(runif(nrow(x), 0.3, 2), 3)
write.csv(x, file[1], row.names = FALSE)
s <- function(v) list(est = as.numeric(coef(v)), se = as.numeric(SE(v)))
two <- svydesign(id = ~c + id, strata = ~h, fpc = ~M + m, data = x)
out$two_mean <- s(svymean(~y + z + a, two)); out$two_total <- s(svytotal(~y + a, two))
out$two_ratio <- s(svyratio(~y, ~a, two)); out$two_domain <- s(svymean(~y + a, subset(two, d == 1)))
out$two_domain_total <- s(svytotal(~a, subset(two, d == 1 & sex == "f")))
out$two_weights <- weights(two)
by <- svyby(~y, ~age, two, svymean, covmat = TRUE)
out$two_contrast <- s(svycontrast(by, c(o = 1, w = -2, y = 1))); out$two_by <- s(by)
out$two_nonlinear <- s(svycontrast(svytotal(~y + a + z, two), quote(y / a - log(z))))
out$two_deff <- as.numeric(deff(svymean(~y + z, two, deff = TRUE)))
for (m in c("mean", "xlogit", "beta")) { p <- svyciprop(~z, subset(two, sex == "m"), method = m); out[[paste0("two_ci_", m)]] <- as.numeric(confint(p)) }
one <- svydesign(id = ~c, strata = ~h, weights = ~w2, data = x)
T <- c("(Intercept)" = 1.1 * sum(x$w2), sexm = 0.62 * sum(x$w2), a = 2.1 * sum(x$w2))
tight <- function(...) calibrate(one, ~sex + a, T, epsilon = 1e-13, maxit = 500, ...)
cal <- list(linear = tight(), bounded = tight(bounds = c(0.6, 2.2)),
  raking = tight(calfun = "raking"), logit = tight(calfun = "logit", bounds = c(0.5, 2.5)))
for (k in names(cal)) { out[[paste0("cal_", k)]] <- c(s(svymean(~y + z, cal[[k]])), list(w = as.numeric(weights(cal[[k]]))))
  out[[paste0("cal_", k, "_domain")]] <- s(svymean(~y + z, subset(cal[[k]], d == 1)))
  out[[paste0("cal_", k, "_total")]] <- s(svytotal(~y, subset(cal[[k]], age == "y"))) }
ages <- data.frame(age = c("o", "w", "y"), Freq = c(60, 95, 110)); sexes <- data.frame(sex = c("f", "m"), Freq = c(120, 145))
jkn <- as.svrepdesign(one, type = "JKn"); control <- list(maxit = 5000, epsilon = 1e-11, verbose = FALSE)
rk <- rake(jkn, list(~age, ~sex), list(ages, sexes), control = control)
out$jkn_rake <- s(svymean(~y + z, rk)); out$jkn_rake_domain <- s(svymean(~y, subset(rk, d == 1)))
out$jkn_rake_ratio <- s(svyratio(~y, ~a, rk)); out$jkn_rake_total <- s(svytotal(~y, subset(rk, d == 1)))
out$jkn_post <- s(svymean(~y + z, postStratify(jkn, ~age, ages)))
jk1 <- as.svrepdesign(svydesign(id = ~c, weights = ~w2, data = x), type = "JK1")
out$jk1_cal <- s(svymean(~y + z, calibrate(jk1, ~sex + a, T, epsilon = 1e-12)))
post <- postStratify(one, ~age, ages)
out$post_domain <- s(svymean(~y + z, subset(post, d == 1)))
for (r in c("math", "school", "hf7")) for (i in c("mean", "xlogit", "beta")) {
  q <- svyquantile(~y, one, c(0.1, 0.25, 0.5, 0.9), qrule = r, interval.type = i, ci = TRUE)
  out[[paste("q", r, i, sep = "_")]] <- unclass(q)$y }
q <- svyquantile(~y, subset(one, sex == "f"), c(0.25, 0.5), qrule = "math", interval.type = "mean", ci = TRUE)
out$q_domain <- unclass(q)$y
for (k in c("F", "Chisq", "Wald", "adjWald")) { v <- svychisq(~sex + age, one, statistic = k)
  out[[paste0("chisq_", k)]] <- c(as.numeric(v$statistic), as.numeric(v$p.value)) }
v <- svychisq(~z + age, subset(one, d == 1)); out$chisq_domain <- c(as.numeric(v$statistic), as.numeric(v$p.value))
v <- svyttest(y ~ sex, one); out$ttest <- c(as.numeric(v$statistic), as.numeric(v$parameter), as.numeric(v$p.value), as.numeric(v$estimate))
lonely <- subset(x, !(h == 1 & c != 11)) # only one cluster of stratum 1 is left
ld <- svydesign(id = ~c, strata = ~h, fpc = ~M, data = lonely)
for (rule in c("adjust", "average", "remove", "certainty")) { options(survey.lonely.psu = rule)
  out[[paste0("lonely_", rule)]] <- s(svymean(~y + z, ld)); out[[paste0("lonely_domain_", rule)]] <- s(svymean(~y, subset(ld, d == 1))) }
options(survey.lonely.psu = "fail")
write_json(out, file[2], digits = NA, pretty = FALSE, auto_unbox = FALSE)
