# Makes reference_values.json. Run in a folder that holds, from the named packages' sources,
#   eblupFH.R, mseFH.R, milk.rda   R package sae 1.3 (github.com/cran/sae, commit c5904ed), GPL-2
#   TravelTime2011.rda             R package RankingProject 0.4.0 (github.com/cran/RankingProject, 7dfca24)
# with relaimpo 2.2-7 (github.com/cran/relaimpo, 8fdb19f) installed:  Rscript reference_values.R
# Data: milk: Arora & Lahiri (1997), You & Chapman (2006). Travel times: American Community Survey 2011, as used by
# Klein, Wright & Wieczorek (2020). swiss: R's datasets.
library(jsonlite)
suppressMessages(library(relaimpo))
source("eblupFH.R"); source("mseFH.R")
load("milk.rda"); load("TravelTime2011.rda")

milk$variance <- milk$SD^2
fit <- mseFH(yi ~ as.factor(MajorArea), variance, method = "REML", MAXITER = 1000, PRECISION = 1e-13, data = milk)
small_area <- list(
  direct = milk$yi, standard_deviation = milk$SD, major_area = milk$MajorArea,
  area_variance = fit$est$fit$refvar[1], coefficients = fit$est$fit$estcoef$beta,
  coefficient_errors = fit$est$fit$estcoef$std.error,
  eblup = as.vector(fit$est$eblup), mse = as.vector(fit$mse))

# Joint 90 % confidence region for the ranking, as in the package's vignette "joint" (without its rounding).
level <- 0.9; states <- nrow(TravelTime2011)
z <- qnorm(1 - (1 - level^(1 / states)) / 2)
low <- TravelTime2011$Estimate.2dec - z * TravelTime2011$SE.2dec
high <- TravelTime2011$Estimate.2dec + z * TravelTime2011$SE.2dec
ranking <- list(
  estimate = TravelTime2011$Estimate.2dec, standard_error = TravelTime2011$SE.2dec, level = level, quantile = z,
  best = sapply(seq_len(states), function(k) 1 + sum(low > high[k])),
  worst = sapply(seq_len(states), function(k) states - sum(high < low[k])),
  range_level = 0.95, range_states = c(2, 63, 3321),
  range_quantile = sapply(c(2, 63, 3321), function(k) uniroot(function(q)
    integrate(function(x) k * dnorm(x) * (pnorm(x) - pnorm(x - q))^(k - 1), -9, 12,
              rel.tol = 1e-12, subdivisions = 2000)$value - 0.95, c(1, 12), tol = 1e-12)$root))

columns <- c("Fertility", "Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality")
weight <- seq(0.5, 2.8, length.out = nrow(swiss))
drivers <- list(
  data = as.matrix(swiss[, columns]), weight = weight,
  lmg = unname(calc.relimp(Fertility ~ ., data = swiss[, columns], type = "lmg")@lmg),
  explained = calc.relimp(Fertility ~ ., data = swiss[, columns], type = "lmg")@R2,
  lmg_weighted = unname(calc.relimp(Fertility ~ ., data = swiss[, columns], weights = weight, type = "lmg")@lmg))

write_json(list(made_with = R.version.string, small_area = small_area, ranking = ranking, drivers = drivers),
           "reference_values.json", digits = I(15), auto_unbox = TRUE, matrix = "rowmajor")
